namespace AnyEcg.Protocol;

/// <summary>One topic filter of a worker. One per kind, since QoS and Retain Handling differ by kind.</summary>
public readonly record struct SubscriptionFilter(InputKind Kind, string Filter)
{
    /// <summary>The filters for a worker's groups; none given means every group (<c>+</c>). Descriptors come first, before the frames that need them.</summary>
    /// <exception cref="ArgumentException">A name that is no group.</exception>
    public static IReadOnlyList<SubscriptionFilter> For(IReadOnlyList<string> groups)
    {
        if (groups.Count == 0)
            groups = ["+"];
        foreach (string group in groups)
        {
            if (group != "+" && TopicLevel.CheckGroup(group) != TopicRejection.None)
                throw new ArgumentException($"Not a group: '{group}'.", nameof(groups));
        }

        List<SubscriptionFilter> filters = [];
        foreach (InputKind kind in Enum.GetValues<InputKind>().Order())
            filters.AddRange(groups.Distinct().Select(group => new SubscriptionFilter(kind, $"{Root(kind)}/{group}/+/{LastLevel(kind)}")));
        return filters;
    }

    internal static string Root(InputKind kind) => kind == InputKind.Command ? "anyecg/v1" : "ecg/v1";

    internal static string LastLevel(InputKind kind) => kind switch
    {
        InputKind.Meta => "meta",
        InputKind.Frame => "frame",
        InputKind.Status => "status",
        InputKind.Mark => "mark",
        InputKind.Command => "cmd",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };
}
