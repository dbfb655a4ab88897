using System.Text;
using AnyEcg.Signal;
using FsCheck;
using FsCheck.Fluent;

namespace AnyEcg.Recordings.Tests;

public sealed class EdfReaderTests
{
    private static readonly EdfFile.Signal Ecg = new("ECG I", 4);

    [Fact]
    public void Read_SeveralRates_GivesEachSignalItsSamplesAndScale()
    {
        EdfFile file = new() { Signals = [new("EKG V1", 4), new("Resp", 2), new("ECG II", 4, "mV", "-1", "1", -2048, 2047), new("Temp", 1, "degC", "0", "50")] };
        file.Add("", [1, -2, 32767, -32768], [7, 8], [10, 11, 12, 13], [5]).Add("", [5, 6, 7, 8], [9, 10], [14, 15, 16, 17], [6]);
        using Recording record = file.Open();

        Assert.Equal([1, -2, 32767, -32768, 5, 6, 7, 8], Records.ReadSignal(record, 0, 3));
        Assert.Equal([7, 8, 9, 10], Records.ReadSignal(record, 1, 3));
        Assert.Equal([5, 6], Records.ReadSignal(record, 3, 3));
        Assert.Equal([4, 2, 4, 1], record.AllSignals.Select(signal => signal.SampleRateHz));
        Assert.Equal([Lead.V1, Lead.II], record.Signals.Select(signal => signal.Lead));
        Assert.Equal([10, 2047.5], record.Signals.Select(signal => signal.AdcGain));
        Assert.Equal([0, -0.5], record.Signals.Select(signal => Math.Round(signal.Baseline, 9)));
        Assert.Equal([(-32768, 32767), (-2048, 2047)], record.Signals.Select(signal => signal.AdcRange!.Value));
        Assert.Equal(["signal 3 'Temp' is in 'degC', which is no voltage", "signal 1 'Resp' is no ECG by its name"], record.LeftOut.Order(StringComparer.Ordinal).Reverse().ToArray());
    }

    [Fact]
    public void Info_Header_GivesTimeAndSexButNoName()
    {
        using Recording record = new EdfFile { Signals = [Ecg] }.Add("", [1, 2, 3, 4]).Open();

        Assert.Equal(("test", "EDF"), (record.Info.Name, record.Info.Kind));
        Assert.Equal(new DateTime(2020, 1, 2, 12, 30, 45, DateTimeKind.Unspecified), record.Info.StartTime);
        Assert.Equal(new Patient(null, Sex.Female), record.Info.Patient);
    }

    [Theory]
    [InlineData("01.01.85", 1985)]
    [InlineData("01.01.99", 1999)]
    [InlineData("01.01.00", 2000)]
    [InlineData("01.01.84", 2084)]
    public void Info_YearOfTwoDigits_ClipsAt1985(string date, int year)
    {
        using Recording record = new EdfFile { Signals = [Ecg], Start = date + "00.00.00" }.Add("", [1, 2, 3, 4]).Open();

        Assert.Equal(year, record.Info.StartTime!.Value.Year);
    }

    [Fact]
    public void Read_Bdf_Takes24Bits()
    {
        EdfFile file = new() { Signals = [new("ECG", 3, "uV", "-262144", "262143", -8388608, 8388607)], Is24Bit = true };
        using Recording record = file.Add("", [-8388608, 8388607, -1]).Open();

        Assert.Equal("BDF", record.Info.Kind);
        Assert.Equal([-8388608, 8388607, -1], Records.ReadSignal(record, 0));
    }

    [Fact]
    public void Notes_ContinuousEdfPlus_AreCountedFromTheFirstSample()
    {
        EdfFile file = new() { Signals = [Ecg], Reserved = "EDF+C", AnnotationBytes = 60 };
        file.Add("+0.25\u0014\u0014\0+0.75\u00152.5\u0014Lights off\u0014Close door\u0014\0", [1, 2, 3, 4]).Add("+1.25\u0014\u0014\0-1\u0014höher\u0014\0", [5, 6, 7, 8]);
        using Recording record = file.Open();

        Assert.Equal([new(-1.25, null, "höher"), new(0.5, 2.5, "Lights off"), new(0.5, 2.5, "Close door")], record.Notes);
        Assert.Equal(new DateTime(2020, 1, 2, 12, 30, 45, 250, DateTimeKind.Unspecified), record.Info.StartTime);
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8], Records.ReadSignal(record, 0));
    }

    [Fact]
    public void Read_DiscontinuousEdfPlus_HasGapsWhereRecordsAreApart()
    {
        EdfFile file = new() { Signals = [Ecg, new("ECG II", 2)], Reserved = "EDF+D", AnnotationBytes = 30 };
        file.Add("+10\u0014\u0014\0", [1, 2, 3, 4], [1, 2]).Add("+11\u0014\u0014\0+11.5\u0014here\u0014\0", [5, 6, 7, 8], [3, 4]).Add("+13.5\u0014\u0014\0", [9, 10, 11, 12], [5, 6]);
        using Recording record = file.Open();
        double gap = double.NaN;

        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8, gap, gap, gap, gap, gap, gap, 9, 10, 11, 12], Records.ReadSignal(record, 0, 3));
        Assert.Equal([1, 2, 3, 4, gap, gap, gap, 5, 6], Records.ReadSignal(record, 1, 2));
        Assert.Equal([new(1.5, null, "here")], record.Notes);
        Assert.Equal(new DateTime(2020, 1, 2, 12, 30, 55, DateTimeKind.Unspecified), record.Info.StartTime);
    }

    [Fact]
    public void Read_AnyRecordsRatesAndOnsets_GivesEveryRecordBackAtItsOnset()
    {
        Gen<(int[] PerRecord, int[] Gaps, bool Bdf, int Block, int Seed)> cases =
            from signals in Gen.Choose(1, 4)
            from perRecord in Gen.Choose(1, 40).ArrayOf(signals)
            from records in Gen.Choose(1, 12)
            from gaps in Gen.Choose(0, 3).ArrayOf(records)
            from bdf in Gen.Elements(true, false)
            from block in Gen.Choose(1, 100)
            from seed in Gen.Choose(0, 1_000_000)
            select (perRecord, gaps, bdf, block, seed);
        Prop.ForAll(cases.ToArbitrary(), c =>
        {
            Random random = new(c.Seed);
            EdfFile file = new()
            {
                Signals = [.. c.PerRecord.Select((n, i) => new EdfFile.Signal($"s{i}", n))],
                Reserved = c.Bdf ? "BDF+D" : "EDF+D",
                AnnotationBytes = 30,
                Is24Bit = c.Bdf,
            };
            List<double>[] expected = [.. c.PerRecord.Select(_ => new List<double>())];
            int onset = 0;
            for (int r = 0; r < c.Gaps.Length; r++)
            {
                int gap = r == 0 ? 0 : c.Gaps[r];
                onset += gap + (r == 0 ? 0 : 1);
                int[][] samples = [.. c.PerRecord.Select(n => Enumerable.Range(0, n).Select(_ => random.Next(-30_000, 30_000)).ToArray())];
                for (int s = 0; s < samples.Length; s++)
                {
                    expected[s].AddRange(Enumerable.Repeat(double.NaN, gap * c.PerRecord[s]));
                    expected[s].AddRange(samples[s].Select(v => (double)v));
                }

                file.Add($"+{onset}\u0014\u0014\0", samples);
            }

            using Recording record = file.Open();
            for (int s = 0; s < expected.Length; s++)
            {
                Assert.Equal(expected[s], Records.ReadSignal(record, s, c.Block));
            }
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Read_TwoWeeks_NeedsTheMemoryStated()
    {
        const int Records = 14 * 86_400;
        byte[] header = new EdfFile { Signals = [new("ECG", 25)], RecordCount = Records }.Write();
        double[] block = new double[5000];
        long before = GC.GetAllocatedBytesForCurrentThread();
        using Recording record = new(new EdfReader(new RepeatedStream(header, [1, 0], 25L * Records), "long.edf"));

        double sum = 0;
        for (long at = 0; record.ReadSignal(0, at, block) is > 0 and int got; at += got)
        {
            foreach (double sample in block.AsSpan(0, got))
            {
                sum += sample;
            }
        }

        Assert.Equal(25.0 * Records, sum);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 400_000);
    }

    [Fact]
    public void Open_RecorderWasCutOff_TakesTheWholeRecordsAndSaysSo()
    {
        byte[] bytes = new EdfFile { Signals = [Ecg], RecordCount = -1 }.Add("", [1, 2, 3, 4]).Add("", [5, 6, 7, 8]).Write();
        using Recording record = new(new EdfReader(new MemoryStream(bytes[..^2]), "cut.edf"));

        Assert.Equal([1, 2, 3, 4], Records.ReadSignal(record, 0));
        Assert.Contains("does not say how many", Assert.Single(record.Warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(252, "x   ", "byte 252", "number of signals")]
    [InlineData(252, "9999", "byte 252", "number of signals")]
    [InlineData(184, "511     ", "byte 184", "size of the header")]
    [InlineData(236, "99      ", "cut short", "says 99")]
    [InlineData(244, "0       ", "byte 244", "0 s, and yet signals")]
    [InlineData(244, "1e99    ", "byte 244", "data records of")]
    [InlineData(244, "1e-20   ", "byte 244", "rate beyond")]
    [InlineData(360, "3276.7  ", "byte 360", "empty range")]
    [InlineData(376, "x       ", "byte 376", "digital minimum")]
    [InlineData(376, "32767   ", "byte 360", "empty range")]
    [InlineData(472, "99999999", "byte 472", "number of samples in a data record")]
    [InlineData(472, "9000000 ", "byte 472", "at most 8388608")]
    public void Open_DamagedHeader_SaysWhereAndWhy(int at, string field, string where, string because)
    {
        byte[] bytes = new EdfFile { Signals = [Ecg] }.Add("", [1, 2, 3, 4]).Write();
        Encoding.ASCII.GetBytes(field).CopyTo(bytes, at);

        string message = Assert.Throws<RecordingFormatException>(() => new EdfReader(new MemoryStream(bytes), "bad.edf")).Message;

        Assert.Contains("bad.edf", message, StringComparison.Ordinal);
        Assert.Contains(where, message, StringComparison.Ordinal);
        Assert.Contains(because, message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_RecordOfMoreSamplesThanCanBeCounted_IsRefused()
    {
        EdfFile file = new() { Signals = [.. Enumerable.Range(0, 300).Select(i => new EdfFile.Signal($"S{i}", 16_777_216))] };

        RecordingFormatException fault = Assert.Throws<RecordingFormatException>(file.Open);

        Assert.Contains("5033164800 samples", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "no onset")]
    [InlineData("+1\u0014\u0014", "the onset 0.5 s")]
    [InlineData("+1e300\u0014\u0014", "onset is no number")]
    [InlineData("1\u0014\u0014", "onset is no number with a sign")]
    [InlineData("+1", "without its end mark")]
    [InlineData("+1\u0015x\u0014\u0014", "duration is no number")]
    [InlineData("+99999999\u0014\u0014", "the onset 99999999 s")]
    public void Open_DamagedList_NamesTheDataRecord(string list, string because)
    {
        EdfFile file = new() { Signals = [Ecg], Reserved = "EDF+D", AnnotationBytes = 30 };
        file.Add("+0.5\u0014\u0014", [1, 2, 3, 4]).Add(list, [1, 2, 3, 4]);

        string message = Assert.Throws<RecordingFormatException>(() => file.Open()).Message;

        Assert.Contains("data record 1", message, StringComparison.Ordinal);
        Assert.Contains(because, message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_AnyByteChanged_ReadsOrThrowsTheOneException()
    {
        EdfFile file = new() { Signals = [Ecg, new("ECG II", 2)], Reserved = "EDF+D", AnnotationBytes = 30 };
        byte[] whole = file.Add("+0\u0014\u0014", [1, 2, 3, 4], [1, 2]).Add("+5\u0014\u0014note\u0014\0", [1, 2, 3, 4], [1, 2]).Write();
        Random random = new(5);
        for (int i = 0; i < 3000; i++)
        {
            byte[] bytes = [.. whole[..random.Next(2, whole.Length + 1)]];
            for (int change = random.Next(4); change > 0; change--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            try
            {
                using Recording record = new(new EdfReader(new MemoryStream(bytes), "fuzz.edf"));
                record.ReadSignal(0, 0, new double[100]);
                Assert.NotNull(record.Notes);
            }
            catch (RecordingFormatException)
            {
                continue;
            }
        }
    }
}
