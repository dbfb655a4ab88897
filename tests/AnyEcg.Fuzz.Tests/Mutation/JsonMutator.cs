using System.Text;

namespace AnyEcg.Fuzz.Tests;

/// <summary>Works on the tokens of a JSON text: what comes out is often JSON still, and wrong in what it says.</summary>
internal sealed class JsonMutator : Mutator
{
    private static readonly string[] Values =
    [
        "null", "true", "false", "0", "-0", "1", "-1", "2", "0.5", "1e-400", "1e400", "-1e400", "1E+2", "127", "255", "256", "1000", "65535", "65536",
        "2147483647", "2147483648", "-2147483649", "4294967295", "4294967296", "9007199254740993", "281474976710656", "281474976710657",
        "9223372036854775807", "9223372036854775808", "-9223372036854775809", "18446744073709551616", "123456789012345678901234567890",
        "\"\"", "\"\\u0000\"", "\"\\ud800\"", "\"\\udc00\\ud800\"", "\"true\"", "\"1\"", "\"2024-02-30T25:61:61Z\"", "\"2024-02-29T23:59:59.5Z\"",
        "\"9999-12-31T23:59:60.999999999Z\"", "\"0000-00-00T00:00:00+99:99\"", "\"AAAA\"", "\"A\"", "\"====\"", "[]", "{}", "[[]]", "[[],[]]", "[{}]", "[1]", "[[1,2],[3,4]]",
        "{\"a\":1}", "{\"name\":\"II\"}", "[\"I\",\"II\"]",
    ];

    private static readonly string[] Junk =
    [
        "01", "1.", ".5", "+1", "NaN", "Infinity", "\"\\x\"", "\"a\nb\"", "\"\xff\"", "/**/", "//", ",", ":", "\"", "[", "]", "{", "}", "\xef\xbb\xbf", " ", "\0",
    ];

    public override byte[] Mutate(byte[] seed, byte[] other, FuzzRandom random)
    {
        List<string> tokens = JsonTokens.Split(seed);
        for (int steps = 1 + random.Below(random.OneIn(2) ? 3 : 1); steps > 0 && tokens.Count > 0; steps--)
            Step(tokens, other, random);
        StringBuilder text = new();
        foreach (string token in tokens)
        {
            if (text.Length + token.Length > MaxLength)
                break;
            text.Append(token);
        }

        return Encoding.Latin1.GetBytes(text.ToString());
    }

    private static void Step(List<string> tokens, byte[] other, FuzzRandom random)
    {
        int at = random.Below(tokens.Count);
        int length = Math.Min(1 + random.Below(random.OneIn(3) ? 12 : 4), tokens.Count - at);
        switch (random.Below(10))
        {
            case 0 or 1 or 2:
                at = Value(tokens, at);
                tokens[at] = random.Pick(Values);
                break;
            case 3:
                tokens[at] = random.Pick(Junk);
                break;
            case 4:
                tokens.InsertRange(at, tokens.GetRange(at, length));
                break;
            case 5:
                tokens.RemoveRange(at, length);
                break;
            case 6:
                int to = Value(tokens, random.Below(tokens.Count));
                at = Value(tokens, at);
                (tokens[at], tokens[to]) = (tokens[to], tokens[at]);
                break;
            case 7:
                Nest(tokens, Value(tokens, at), random);
                break;
            case 8:
                Stretch(tokens, at, length, random);
                break;
            default:
                List<string> others = JsonTokens.Split(other);
                if (others.Count > 0)
                    tokens.Insert(at, random.Pick(others));
                break;
        }
    }

    /// <summary>The next token from there on that is a value or a name rather than a mark.</summary>
    private static int Value(List<string> tokens, int at)
    {
        for (int i = 0; i < tokens.Count; i++)
        {
            int candidate = (at + i) % tokens.Count;
            if (tokens[candidate] is not ("," or ":" or "[" or "]" or "{" or "}" or " " or "\n"))
                return candidate;
        }

        return at;
    }

    private static void Nest(List<string> tokens, int at, FuzzRandom random)
    {
        int depth = 1 + random.Below(random.OneIn(4) ? 5000 : 4);
        bool objects = random.OneIn(3);
        tokens[at] = objects
            ? string.Concat(Enumerable.Repeat("{\"a\":", depth)) + "1" + new string('}', depth)
            : new string('[', depth) + "1" + (random.OneIn(3) ? "" : new string(']', depth));
    }

    private static void Stretch(List<string> tokens, int at, int length, FuzzRandom random)
    {
        int times = 1 + random.Below(random.OneIn(4) ? 5000 : 40);
        if (tokens[at].StartsWith('"'))
        {
            tokens[at] = "\"" + new string((char)(' ' + random.Below(90)), times).Replace("\"", "\\\"", StringComparison.Ordinal) + "\"";
            return;
        }

        string piece = string.Concat(tokens.GetRange(at, length));
        tokens[at] = string.Concat(Enumerable.Repeat(piece, Math.Min(times, 1 + (MaxLength / Math.Max(piece.Length, 1)))));
    }
}
