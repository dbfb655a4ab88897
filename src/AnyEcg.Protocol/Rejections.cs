using System.Text;

namespace AnyEcg.Protocol;

/// <summary>The wire and metric names of reasons and of what commands say: the member's name in kebab-case, computed once.</summary>
public static class Rejections
{
    private static readonly string[] Topics = Names<TopicRejection>();
    private static readonly string[] Frames = Names<FrameRejection>();
    private static readonly string[] Descriptors = Names<DescriptorRejection>();
    private static readonly string[] Commands = Names<CommandRejection>();
    private static readonly string[] Refusals = Names<CommandRefusal>();
    private static readonly string[] Asked = Names<CommandKind>();
    private static readonly string[] Outcomes = Names<CommandOutcome>();
    private static readonly string[] Documents = Names<DocumentRejection>();

    public static string WireName(this TopicRejection reason) => Topics[(int)reason];

    public static string WireName(this FrameRejection reason) => Frames[(int)reason];

    public static string WireName(this DescriptorRejection reason) => Descriptors[(int)reason];

    public static string WireName(this CommandRejection reason) => Commands[(int)reason];

    public static string WireName(this CommandRefusal reason) => Refusals[(int)reason];

    public static string WireName(this CommandKind kind) => Asked[(int)kind];

    public static string WireName(this CommandOutcome outcome) => Outcomes[(int)outcome];

    public static string WireName(this DocumentRejection reason) => Documents[(int)reason];

    /// <summary>Names of an enum whose members count up from zero, indexed by value.</summary>
    internal static string[] Names<T>()
        where T : struct, Enum
        => [.. Enum.GetNames<T>().Select(Kebab)];

    private static string Kebab(string name)
    {
        StringBuilder text = new(name.Length + 4);
        foreach (char c in name)
        {
            if (char.IsAsciiLetterUpper(c) && text.Length > 0)
                text.Append('-');
            text.Append(char.ToLowerInvariant(c));
        }

        return text.ToString();
    }
}
