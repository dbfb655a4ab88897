using System.Text;

namespace AnyEcg.Fuzz.Tests;

/// <summary>Splits a JSON text, sound or not, into strings, numbers, words and marks; nothing is lost. One char is one byte.</summary>
internal static class JsonTokens
{
    public static List<string> Split(byte[] utf8)
    {
        string text = Encoding.Latin1.GetString(utf8);
        List<string> tokens = [];
        for (int at = 0; at < text.Length;)
        {
            int length = Length(text, at);
            tokens.Add(text.Substring(at, length));
            at += length;
        }

        return tokens;
    }

    private static int Length(string text, int at)
    {
        int end = at + 1;
        if (text[at] == '"')
        {
            while (end < text.Length && text[end] != '"')
                end += text[end] == '\\' ? 2 : 1;
            return Math.Min(end + 1, text.Length) - at;
        }

        if (!IsWord(text[at]))
            return 1;
        while (end < text.Length && IsWord(text[end]))
            end++;
        return end - at;
    }

    private static bool IsWord(char c) => char.IsAsciiLetterOrDigit(c) || c is '+' or '-' or '.' or '_';
}
