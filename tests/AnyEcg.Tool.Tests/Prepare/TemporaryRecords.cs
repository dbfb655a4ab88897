using System.Buffers.Binary;

namespace AnyEcg.Tool.Tests;

/// <summary>A folder of made-up WFDB recordings (format 16, 250 Hz, 200 ADC units per mV, lead MLII), removed at the end of the test.</summary>
internal sealed class TemporaryRecords : IDisposable
{
    public const int RateHz = 250;

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("anyecg-prepare-");

    public string Folder => folder.FullName;

    public string PathOf(string name) => Path.Combine(Folder, name);

    /// <summary>Writes a recording with a 1 mV spike of 40 ms once a second, half a second into it.</summary>
    public string Add(string name, int seconds, params ReadOnlySpan<(int Sample, int Code, string Text)> annotations)
    {
        byte[] data = new byte[seconds * RateHz * 2];
        for (int i = 0; i < seconds * RateHz; i++)
        {
            int away = Math.Abs(i % RateHz - RateHz / 2);
            short value = (short)(away <= 5 ? 200 - 40 * away : 0);
            BinaryPrimitives.WriteInt16LittleEndian(data.AsSpan(2 * i), value);
        }

        File.WriteAllText(PathOf(name + ".hea"), $"{name} 1 {RateHz} {seconds * RateHz}\n{name}.dat 16 200 16 0 0 0 0 MLII\n");
        File.WriteAllBytes(PathOf(name + ".dat"), data);
        if (annotations.Length > 0)
        {
            File.WriteAllBytes(PathOf(name + ".atr"), Annotations(annotations));
        }

        return PathOf(name);
    }

    /// <summary>Marks one sample of the recording as missing (format 16 keeps -32768 for that).</summary>
    public void LoseSample(string name, int sample)
    {
        using FileStream data = File.OpenWrite(PathOf(name + ".dat"));
        data.Seek(2 * sample, SeekOrigin.Begin);
        data.Write([0x00, 0x80]);
    }

    public void Dispose() => folder.Delete(recursive: true);

    private static byte[] Annotations(ReadOnlySpan<(int Sample, int Code, string Text)> annotations)
    {
        List<byte> bytes = [];
        int last = 0;
        foreach ((int sample, int code, string text) in annotations)
        {
            AddWord(bytes, code, Skip(bytes, sample - last));
            last = sample;
            if (text.Length > 0)
            {
                AddWord(bytes, 63, text.Length);
                bytes.AddRange(System.Text.Encoding.Latin1.GetBytes(text));
                bytes.AddRange(text.Length % 2 == 1 ? [0] : []);
            }
        }

        AddWord(bytes, 0, 0);
        return [.. bytes];
    }

    /// <summary>An interval beyond ten bits stands before its annotation: SKIP, then the high and the low word. Returns what is left.</summary>
    private static int Skip(List<byte> bytes, int interval)
    {
        if (interval < 1024)
        {
            return interval;
        }

        AddWord(bytes, 59, 0);
        bytes.AddRange([(byte)(interval >> 16), (byte)(interval >> 24), (byte)interval, (byte)(interval >> 8)]);
        return 0;
    }

    private static void AddWord(List<byte> bytes, int code, int value)
    {
        bytes.Add((byte)value);
        bytes.Add((byte)(code << 2 | value >> 8));
    }
}
