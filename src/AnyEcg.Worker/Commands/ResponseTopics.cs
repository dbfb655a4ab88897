using AnyEcg.Protocol;

namespace AnyEcg.Worker;

/// <summary>
/// Where an answer may go: below <see cref="Root"/> only. A requester chooses the topic and the worker publishes to it with its own rights, so
/// that elsewhere it would write for the requester what the broker lets only the worker write: an alert, or what steers another machine.
/// </summary>
internal static class ResponseTopics
{
    public const string Root = OutputTopics.Answers;

    private const int MaxLength = 256;

    public static bool IsAllowed(string topic) => topic.Length > Root.Length && topic.Length <= MaxLength
        && topic.StartsWith(Root, StringComparison.Ordinal) && !topic.AsSpan().ContainsAny("+#\0");
}
