using System.IO.Compression;
using AnyEcg.Signal;
using FsCheck;
using FsCheck.Fluent;

namespace AnyEcg.Recordings.Tests;

public sealed class WfdbRecordTests
{
    [Fact]
    public void Read_Format16_IsLittleEndianWithAMissingCode()
    {
        using Recording record = Records.Open("r 1 300 4\nr.dat 16", [0x01, 0x02, 0xff, 0xff, 0x00, 0x80, 0xff, 0x7f]);

        Assert.Equal([513, -1, float.NaN, 32767], Records.ReadAll(record)[0]);
    }

    [Fact]
    public void Read_Format80_IsOffsetBinaryWithAMissingCode()
    {
        using Recording record = Records.Open("r 1 300 4\nr.dat 80", [0x80, 0xff, 0x01, 0x00]);

        Assert.Equal([0, 127, -127, float.NaN], Records.ReadAll(record)[0]);
    }

    [Fact]
    public void Read_Format212_UnpacksTwelveBitPairs()
    {
        // mitdb 100 begins with e3 33 f3 (995 and 1011); then -1 and 2047, then the missing code and -2.
        using Recording record = Records.Open(
            "r 2 360 3\nr.dat 212\nr.dat 212", [0xe3, 0x33, 0xf3, 0xff, 0x7f, 0xff, 0x00, 0xf8, 0xfe]);

        float[][] rows = Records.ReadAll(record);

        Assert.Equal([995, -1, float.NaN], rows[0]);
        Assert.Equal([1011, 2047, -2], rows[1]);
    }

    [Fact]
    public void Read_Format212OddLength_TakesTheLastSampleFromTwoBytes()
    {
        using Recording record = Records.Open("r 1 360\nr.dat 212", [0xe3, 0x33, 0xf3, 0xff, 0x0f]);

        Assert.Equal([995, 1011, -1], Records.ReadAll(record)[0]);
    }

    [Fact]
    public void Read_AnyFormatSignalsLengthAndStride_GivesTheSamplesBack()
    {
        Gen<(int Format, int Signals, int Frames, int Stride, int Seed)> cases =
            from format in Gen.Elements(Bytes.Formats)
            from signals in Gen.Choose(1, 5)
            from frames in Gen.Choose(1, 300)
            from stride in Gen.Choose(1, 400)
            from seed in Gen.Choose(0, 1_000_000)
            select (format, signals, frames, stride, seed);
        Prop.ForAll(cases.ToArbitrary(), c =>
        {
            int[] samples = RandomSamples(c.Format, c.Signals * c.Frames, c.Seed);
            using Recording record = Records.Open(Header(c.Format, c.Signals, c.Frames), Bytes.Pack(c.Format, samples));
            AssertRows(samples, Records.ReadAll(record, c.Stride), 0);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Seek_AnySample_ReadsFromThere()
    {
        const int Frames = 60_000; // several windows of every format
        foreach (int format in Bytes.Formats)
        {
            int[] samples = RandomSamples(format, 3 * Frames, format);
            using Recording record = Records.Open(Header(format, 3, Frames), Bytes.Pack(format, samples));
            foreach (int sample in (int[])[Frames - 5, 1, 10_923, 32_767, 10_922, 0, Frames])
            {
                record.Seek(sample);
                Assert.Equal(sample, record.Position);
                AssertRows(samples[..(3 * Math.Min(Frames, sample + 700))], ReadSome(record, 700), sample);
            }
        }
    }

    [Fact]
    public void Seek_BeyondTheEnd_IsRefused()
    {
        using Recording record = Records.Open("r 1 300 2\nr.dat 16", new byte[4]);

        Assert.Throws<ArgumentOutOfRangeException>(() => record.Seek(3));
        Assert.Throws<ArgumentOutOfRangeException>(() => record.Seek(-1));
    }

    [Fact]
    public void Open_StreamThatCannotSeek_IsRefused()
    {
        using GZipStream stream = new(new MemoryStream(), CompressionMode.Decompress);

        Assert.Contains("cannot seek", Assert.Throws<RecordingFormatException>(() => Recording.Open(WfdbHeader.Parse("r 1\nr.dat 16"), _ => stream)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_SignalsInTwoFiles_LandInTheirRows()
    {
        using Recording record = Records.Open(
            "r 3 360 2\na.dat 16\na.dat 16\nb.dat 80", Bytes.Pack(16, [1, 10, 2, 20]), Bytes.Pack(80, [100, 101]));

        Assert.Equal([[1f, 2f], [10f, 20f], [100f, 101f]], Records.ReadAll(record));
    }

    [Fact]
    public void Read_BlockTooShort_IsRefused()
    {
        using Recording record = Records.Open("r 2 360 2\nr.dat 16\nr.dat 16", new byte[8]);

        Assert.Throws<ArgumentException>(() => record.Read(new float[3], 2));
    }

    [Theory]
    [InlineData("r 1 300 3\nr.dat 16 200 12 0 5 16", true, true)]
    [InlineData("r 1 300 3\nr.dat 16 200 12 0 4 16", false, true)]
    [InlineData("r 1 300 3\nr.dat 16 200 12 0 5 17", true, false)]
    public void Check_WholeRecordRead_ComparesWithTheHeader(string header, bool initial, bool checksum)
    {
        using Recording record = Records.Open(header, Bytes.Pack(16, [5, -32768, -32757]));
        Assert.Null(record.CheckOf(0));

        Records.ReadAll(record, 2);

        // 5 - 32768 - 32757 = -65520: 16 modulo 65536
        SignalCheck check = record.CheckOf(0)!.Value;
        Assert.Equal(initial, check.InitialValueMatches);
        Assert.Equal(checksum, check.ChecksumMatches);
        Assert.Equal(checksum && initial, check.Passed);
        Assert.Equal((initial ? 0 : 1) + (checksum ? 0 : 1), record.Warnings.Count);
    }

    [Fact]
    public void Check_NotReadInOrder_StaysOpenUntilReadFromTheStart()
    {
        using Recording record = Records.Open("r 1 300 3\nr.dat 16 200 12 0 1 6", Bytes.Pack(16, [1, 2, 3]));
        record.Seek(1);
        Records.ReadAll(record);
        Assert.Null(record.CheckOf(0));

        record.Seek(0);
        Records.ReadAll(record);

        Assert.Equal(new SignalCheck(true, true), record.CheckOf(0));
    }

    [Theory]
    [InlineData("r 0 300 3", "no signals")]
    [InlineData("r 1 300 3\n- 16", "no file")]
    [InlineData("r 1 300 3\n~ 0", "none of its signals has a file")]
    [InlineData("r 1 300 3\n../r.dat 16", "outside the header's folder")]
    [InlineData("r 1 300 3\n.. 16", "outside the header's folder")]
    [InlineData("r 1 300 3\nr.dat 99", "format 99")]
    [InlineData("r 2 300 3\nr.dat 16\nr.dat 212", "differ in format")]
    [InlineData("r 2 300 3\nr.dat 16+2\nr.dat 16", "byte offset")]
    [InlineData("r 1 300 3\nr.dat 16", "cut short")]
    [InlineData("r 1 300 2147483648\nr.dat 16", "cut short")]
    [InlineData("r 5 300\nr.dat 16x65536\nr.dat 16x65536\nr.dat 16x65536\nr.dat 16x65536\nr.dat 16", "262145 samples in a frame")]
    public void Open_NotSupportedOrIncomplete_SaysWhy(string header, string because) =>
        Assert.Contains(because, Assert.Throws<RecordingFormatException>(() => Records.Open(header, new byte[5], new byte[5])).Message, StringComparison.Ordinal);

    [Fact]
    public void Open_FromDisk_FindsTheSignalFileBesideTheHeader()
    {
        string folder = Directory.CreateTempSubdirectory("anyecg").FullName;
        File.WriteAllText(Path.Combine(folder, "r.hea"), "r 1 300 2\nr.dat 16 200 12 0 1 3 0 II\n");
        File.WriteAllBytes(Path.Combine(folder, "r.dat"), Bytes.Pack(16, [1, 2]));

        using Recording record = Recording.Open(Path.Combine(folder, "r"));
        using Recording again = Recording.Open(Path.Combine(folder, "r.hea"));

        Assert.Equal([1, 2], Records.ReadAll(record)[0]);
        Assert.Equal([1, 2], Records.ReadAll(again)[0]);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void Format_CalibratedSignals_GivesMicrovoltsLeadsAndRange()
    {
        using Recording record = Records.Open(
            "r 3 360 0\nr.dat 16 200(1024)/mV 11 1024 0 0 0 MLII\nr.dat 16 2/uV 16 0 0 0 0 V1\nr.dat 16 1000000/V 12 0 0 0 0 ECG", Array.Empty<byte>());

        StreamFormat format = record.Format;

        Assert.Equal(360, format.SampleRateHz);
        Assert.Equal([Lead.ModifiedLimb, Lead.V1, Lead.Unknown], format.Leads.Leads.ToArray());
        Assert.Equal([5, 0.5, 1], format.MicrovoltsPerLsb.ToArray());
        Assert.Equal([1024, 0, 0], format.Baseline.ToArray());
        Assert.Equal([(0, 2047), (-32768, 32767), (-2048, 2047)], format.AdcRange!.Value.ToArray());
    }

    [Theory]
    [InlineData("r 1 360\nr.dat 16 1/mmHg", "no voltage")]
    [InlineData("r 1 360\nr.dat 16 -5", "gain")]
    public void Format_NoPositiveVoltage_IsRefused(string header, string because)
    {
        using Recording record = Records.Open(header, Array.Empty<byte>());

        Assert.Contains(because, Assert.Throws<RecordingFormatException>(() => record.Format).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Format_MoreSignalsThanAStreamTakes_IsRefused()
    {
        string header = "r 17 360\n" + string.Concat(Enumerable.Repeat("r.dat 16\n", 17));
        using Recording record = Records.Open(header, Array.Empty<byte>());

        Assert.Throws<RecordingFormatException>(() => record.Format);
    }

    [Fact]
    public void Read_FourteenDaysToTheEnd_NeedsConstantMemory()
    {
        const long Samples = 14L * 86_400 * 25; // a low rate: the length is what matters, and the test stays quick
        using Recording record = Recording.Open(
            WfdbHeader.Parse($"r 1 25 {Samples}\nr.dat 16"), _ => new GeneratedStream(2 * Samples));
        float[] block = new float[12_800];
        record.Read(block, block.Length);
        long before = GC.GetAllocatedBytesForCurrentThread();

        while (record.Read(block, block.Length) > 0)
        {
        }

        Assert.Equal(Samples, record.Position);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4096);
    }

    [Fact]
    public void Seek_FourteenDaysOfTwelveLeads_ReachesEveryHourInConstantMemory()
    {
        const long Frames = 14L * 86_400 * 1000;
        using Recording record = Recording.Open(
            WfdbHeader.Parse($"r 12 1000 {Frames}\n" + string.Concat(Enumerable.Repeat("r.dat 16\n", 12))),
            _ => new GeneratedStream(2 * 12 * Frames));
        float[] block = new float[12];
        record.Read(block, 1);
        long before = GC.GetAllocatedBytesForCurrentThread();
        bool right = true;
        for (long frame = Frames - 1; frame > 0; frame -= 3_600_000)
        {
            record.Seek(frame);
            record.Read(block, 1);
            right &= block[11].Equals(GeneratedStream.SampleAt((12 * frame) + 11)) || float.IsNaN(block[11]);
        }

        Assert.True(right);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4096);
    }

    private static string Header(int format, int signals, int frames) =>
        $"r {signals} 360 {frames}\n" + string.Concat(Enumerable.Repeat($"r.dat {format}\n", signals));

    /// <summary>Any codes but the one for "no sample"; of 32 bits those that a float holds.</summary>
    private static int[] RandomSamples(int format, int count, int seed)
    {
        Random random = new(seed);
        int half = 1 << (Math.Min(25, Bytes.BitsOf(format)) - 1);
        return [.. Enumerable.Range(0, count).Select(_ => random.Next(1 - half, half))];
    }

    private static float[][] ReadSome(Recording record, int count)
    {
        float[] block = new float[record.Signals.Length * count];
        int read = record.Read(block, count);
        return [.. Enumerable.Range(0, record.Signals.Length).Select(s => block[(s * count)..((s * count) + read)])];
    }

    private static void AssertRows(int[] samples, float[][] rows, int firstFrame)
    {
        for (int s = 0; s < rows.Length; s++)
        {
            int signal = s;
            float[] expected = [.. samples.Where((_, i) => i % rows.Length == signal && i / rows.Length >= firstFrame).Select(v => (float)v)];
            Assert.Equal(expected, rows[s]);
        }
    }
}
