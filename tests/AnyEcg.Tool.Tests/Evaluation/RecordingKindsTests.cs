using System.Globalization;
using System.Text;
using AnyEcg.Recordings;
using AnyEcg.Signal;

namespace AnyEcg.Tool.Tests;

/// <summary>The same samples in files of different kinds are the same to the commands.</summary>
public sealed class RecordingKindsTests : IDisposable
{
    private const int Seconds = 20;

    private readonly TemporaryRecords records = new();

    public void Dispose() => records.Dispose();

    [Fact]
    public void Build_SameSamplesAsWfdbCsvAndEdf_MakesTheSameShard()
    {
        string wfdb = records.Add("spikes", Seconds, (100, 28, "(N"), (125, 1, ""));
        string csv = WriteCsv(wfdb), edf = WriteEdf(wfdb);

        Shard expected = Build(wfdb);
        foreach (string path in (string[])[csv, edf])
        {
            Shard shard = Build(path);
            Assert.Equal(("spikes", expected.Seconds), (shard.Name, shard.Seconds));
            Assert.Equal(expected.Qrs, shard.Qrs);
            Assert.Equal(expected.Beats, shard.Beats);
            Assert.Equal(expected.Rhythm, shard.Rhythm);
        }
    }

    [Fact]
    public void Plan_Folder_TakesWfdbAndEdfButNoTables()
    {
        string wfdb = records.Add("spikes", Seconds);
        WriteCsv(wfdb);
        WriteEdf(wfdb);

        IReadOnlyList<PrepareItem> items = PrepareJob.Plan(new PrepareRequest { Records = [records.Folder], Out = "" });

        Assert.Equal(["spikes", "spikes.edf"], items.Select(item => Path.GetFileName(item.Path)));
        Assert.All(items, item => Assert.Equal(wfdb, item.Stem));
    }

    private static Shard Build(string path) =>
        ShardBuilder.Build(new PrepareItem(path, "set", null), new PrepareRequest { Records = [path], Out = "" }, CancellationToken.None);

    private static float[] Samples(string wfdb)
    {
        using Recording record = Recording.Open(wfdb);
        float[] samples = new float[record.SampleCount];
        record.Read(samples, samples.Length);
        return samples;
    }

    private static string WriteCsv(string wfdb)
    {
        StringBuilder text = new("time [s],MLII [mV]\n");
        float[] samples = Samples(wfdb);
        for (int i = 0; i < samples.Length; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{i / (double)TemporaryRecords.RateHz},{samples[i] / 200}\n");
        }

        File.WriteAllText(wfdb + ".csv", text.ToString());
        return wfdb + ".csv";
    }

    /// <summary>One signal, data records of one second; fields as the EDF description has them.</summary>
    private static string WriteEdf(string wfdb)
    {
        (string Text, int Width)[] fields =
        [
            ("0", 8), ("", 80), ("", 80), ("01.01.20", 8), ("00.00.00", 8), ("512", 8), ("", 44), ($"{Seconds}", 8), ("1", 8), ("1", 4),
            ("ECG MLII", 16), ("", 80), ("mV", 8), ("-163.84", 8), ("163.835", 8), ("-32768", 8), ("32767", 8), ("", 80), ("250", 8), ("", 32),
        ];
        byte[] header = Encoding.ASCII.GetBytes(string.Concat(fields.Select(field => field.Text.PadRight(field.Width))));
        File.WriteAllBytes(wfdb + ".edf", [.. header, .. Samples(wfdb).SelectMany(sample => BitConverter.GetBytes((short)sample))]);
        return wfdb + ".edf";
    }
}
