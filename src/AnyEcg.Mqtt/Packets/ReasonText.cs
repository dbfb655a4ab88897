namespace AnyEcg.Mqtt;

/// <summary>What a peer says, for logs and exceptions: it is to fill neither more than a part of one line, nor to look like another.</summary>
internal static class ReasonText
{
    private const int MaxLength = 200;

    /// <summary>One line of at most 200 characters, controls and line breaks as question marks; null: nothing.</summary>
    public static string Of(string? text)
    {
        if (text is null)
            return "";
        string line = string.Concat(text.Take(MaxLength).Select(c => char.IsControl(c) || c is '\u2028' or '\u2029' ? '?' : c));
        return text.Length > MaxLength ? $"{line}..." : line;
    }
}
