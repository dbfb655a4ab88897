using System.Text;

namespace AnyEcg.Fuzz.Tests;

/// <summary>Works on the lines and fields of a plain text: headers, CSV, names, addresses.</summary>
internal sealed class TextMutator : Mutator
{
    private const string Separators = " \t\r\n,;:/()+x'\"=";

    private static readonly string[] Fields =
    [
        "", "0", "-0", "1", "-1", "2", "00", "1e3", "1e-300", "1e300", "1e999", "NaN", "Infinity", "-Infinity", "0x10", "1,5", "1.5", "1..5", ".", "-", "+",
        "127", "128", "255", "256", "1023", "1024", "1025", "32767", "32768", "-32768", "-32769", "65535", "65536", "2147483647", "2147483648", "-2147483649",
        "4294967296", "9223372036854775807", "9223372036854775808", "123456789012345678901234567890", "8", "16", "24", "32", "61", "80", "160", "212", "310",
        "311", "508", "516", "524", "16x2", "212:5", "16+24", "100(0)/mV", "~", "../../etc/passwd", "/dev/zero", "a/b", "\0", "#", "\xff\xfe", "%s%n", "\\", "\"", "\"\"",
        "1970-01-01T00:00:00Z", "2262-04-11T23:47:16.854775807Z", "9999-12-31", "25:61:61", "32/13/0",
    ];

    public override byte[] Mutate(byte[] seed, byte[] other, FuzzRandom random)
    {
        List<string> fields = Split(seed);
        for (int steps = 1 + random.Below(4); steps > 0 && fields.Count > 0; steps--)
            Step(fields, other, random);
        string text = string.Concat(fields);
        return Encoding.Latin1.GetBytes(text.Length > MaxLength ? text[..MaxLength] : text);
    }

    /// <summary>Fields and separators in turn; nothing is lost.</summary>
    private static List<string> Split(byte[] bytes)
    {
        string text = Encoding.Latin1.GetString(bytes);
        List<string> parts = [];
        int start = 0;
        for (int i = 0; i < text.Length; i++)
        {
            if (!Separators.Contains(text[i], StringComparison.Ordinal))
                continue;
            if (i > start)
                parts.Add(text[start..i]);
            parts.Add(text[i..(i + 1)]);
            start = i + 1;
        }

        if (start < text.Length)
            parts.Add(text[start..]);
        return parts;
    }

    private static void Step(List<string> fields, byte[] other, FuzzRandom random)
    {
        int at = random.Below(fields.Count);
        int length = Math.Min(1 + random.Below(random.OneIn(3) ? 20 : 3), fields.Count - at);
        switch (random.Below(8))
        {
            case 0 or 1 or 2:
                fields[at] = random.Pick(Fields);
                break;
            case 3:
                fields.RemoveRange(at, length);
                break;
            case 4:
                fields.InsertRange(random.Below(fields.Count), fields.GetRange(at, length));
                break;
            case 5:
                fields[at] = new string(fields[at].Length > 0 ? fields[at][0] : 'a', 1 + random.Below(random.OneIn(4) ? 10_000 : 100));
                break;
            case 6:
                List<string> others = Split(other);
                if (others.Count > 0)
                    fields.Insert(at, random.Pick(others));
                break;
            default:
                string whole = string.Concat(fields.GetRange(at, length));
                fields[at] = string.Concat(Enumerable.Repeat(whole, 1 + random.Below(1 + (4000 / Math.Max(1, whole.Length)))));
                break;
        }
    }
}
