namespace AnyEcg.Fuzz.Tests;

/// <summary>
/// For headers of fixed-width text fields (EDF): writes hostile numbers and words into an 8-byte grid, padded as the format
/// pads, so that the fields behind stay where they are.
/// </summary>
internal sealed class FixedFieldMutator(int headerBytes) : Mutator
{
    private const int Width = 8;

    private static readonly string[] Fields =
    [
        "0", "1", "-1", "2", "256", "512", "99999999", "-9999999", "2147483647", "1e9", "NaN", "0.1", "1e-9", "EDF+C", "EDF+D", "uV", "mV", "", "EDF Annotations", "ECG I",
        "65535", "4096", "16", "61440", "01.01.85", "32.13.99", "25.61.61", "\0\0\0\0", "\xff\xff",
    ];

    public override byte[] Mutate(byte[] seed, byte[] other, FuzzRandom random)
    {
        byte[] bytes = [.. seed];
        int cells = Math.Min(headerBytes, bytes.Length) / Width;
        for (int steps = 1 + random.Below(3); steps > 0 && cells > 0; steps--)
        {
            Span<byte> cell = bytes.AsSpan(random.Below(cells) * Width, Width);
            string field = random.Pick(Fields);
            for (int i = 0; i < Width; i++)
                cell[i] = (byte)(i < field.Length ? field[i] : ' ');
        }

        return bytes;
    }
}
