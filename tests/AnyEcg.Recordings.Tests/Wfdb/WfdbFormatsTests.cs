using FsCheck;
using FsCheck.Fluent;

namespace AnyEcg.Recordings.Tests;

/// <summary>Every signal format, several rates in one record, skew: what was packed comes out.</summary>
public sealed class WfdbFormatsTests
{
    public static TheoryData<int> Formats => [.. Bytes.Formats];

    [Theory]
    [MemberData(nameof(Formats))]
    public void ReadSignal_LowestAndHighestCode_OnlyTheLowestMeansNoSample(int format)
    {
        long half = 1L << (Bytes.BitsOf(format) - 1);
        int[] samples = [(int)-half, (int)(half - 1), (int)(1 - half), 0, -1, 1];
        using Recording record = Records.Open($"r 1 300 6\nr.dat {format}", Bytes.Pack(format, samples));

        Assert.Equal([double.NaN, half - 1, 1 - half, 0, -1, 1], Records.ReadSignal(record, 0));
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Check_AnyFormat_SumsTheCodesAsStored(int format)
    {
        int lowest = (int)-(1L << (Bytes.BitsOf(format) - 1));
        int[] samples = [lowest, 5, -3, 7];
        short sum = unchecked((short)samples.Sum(sample => (long)sample));
        using Recording record = Records.Open($"r 1 300 4\nr.dat {format} 200 12 0 {lowest} {sum}", Bytes.Pack(format, samples));

        Records.ReadSignal(record, 0, 3);

        Assert.Equal(new SignalCheck(true, true), record.CheckOf(0));
        Assert.Empty(record.Warnings);
    }

    /// <summary>The layouts that the manual gives in words, as bytes worked out by hand.</summary>
    [Theory]
    [InlineData(24, new byte[] { 0x01, 0x02, 0x03, 0xff, 0xff, 0xff }, new double[] { 0x030201, -1 })]
    [InlineData(32, new byte[] { 0x04, 0x03, 0x02, 0x01, 0xfe, 0xff, 0xff, 0xff }, new double[] { 0x01020304, -2 })]
    [InlineData(61, new byte[] { 0x01, 0x02, 0xff, 0xfe }, new double[] { 0x0102, -2 })]
    [InlineData(160, new byte[] { 0x00, 0x80, 0x01, 0x00 }, new double[] { 0, -32767 })]
    [InlineData(310, new byte[] { 0x02, 0x08, 0xfe, 0x07 }, new double[] { 1, -1, 1 })]
    [InlineData(311, new byte[] { 0x01, 0xfc, 0x3f, 0x00 }, new double[] { 1, -1, 3 })]
    public void ReadSignal_BytesByHand_AreTheseSamples(int format, byte[] bytes, double[] expected)
    {
        using Recording record = Records.Open($"r 1 300\nr.dat {format}", bytes);

        Assert.Equal(expected, Records.ReadSignal(record, 0));
    }

    /// <summary>A last group is cut after the bytes that its samples need; records without a length end there.</summary>
    [Theory]
    [InlineData(212, 2, 1)]
    [InlineData(212, 3, 2)]
    [InlineData(310, 2, 1)]
    [InlineData(310, 3, 1)]
    [InlineData(310, 4, 3)]
    [InlineData(311, 1, 0)]
    [InlineData(311, 2, 1)]
    [InlineData(311, 3, 2)]
    [InlineData(311, 4, 3)]
    [InlineData(24, 5, 1)]
    [InlineData(32, 7, 1)]
    public void CountOf_RecordWithoutLength_IsWhatTheFileHolds(int format, int bytes, int samples)
    {
        using Recording record = Records.Open($"r 1 300\nr.dat {format}", new byte[bytes]);

        Assert.Equal(samples, record.CountOf(0));
        Assert.Equal(samples, Records.ReadSignal(record, 0).Length);
    }

    [Fact]
    public void ReadSignal_Format8_AddsUpTheDifferencesOfEachSignal()
    {
        const int Frames = 60_000; // several windows
        int[] samples = Walk(3 * Frames, 3, 7);
        byte[] bytes = Bytes.Differences(samples, 1000, -5, 0);
        using Recording record = Records.Open($"r 3 300 {Frames}\nr.dat 8 200 12 0 {samples[0]}\nr.dat 8 200 12 0 -5\nr.dat 8 200 12 0 0", bytes);

        // The header gives the first sample itself where its difference is 0: the writer below counts from 1000.
        double offset = samples[0] - 1000;
        foreach (int first in (int[])[50_000, 0, 16_384, 59_999])
        {
            double[] part = new double[700];
            for (int s = 0; s < 3; s++)
            {
                int got = record.ReadSignal(s, first, part);
                Assert.Equal(Math.Min(700, Frames - first), got);
                Assert.Equal(Enumerable.Range(first, got).Select(i => samples[(3 * i) + s] + (s == 0 ? offset : 0)), part[..got]);
            }
        }
    }

    [Fact]
    public void ReadSignal_SeveralSamplesPerFrameAndSkew_EachSignalHasItsOwnRateAndTime()
    {
        Gen<(int Format, int[] PerFrame, int[] Skew, int Frames, int Block, int Seed)> cases =
            from format in Gen.Elements(Bytes.Formats)
            from signals in Gen.Choose(1, 4)
            from perFrame in Gen.Choose(1, 5).ArrayOf(signals)
            from skew in Gen.Choose(0, 6).ArrayOf(signals)
            from frames in Gen.Choose(1, 120)
            from block in Gen.Choose(1, 300)
            from seed in Gen.Choose(0, 1_000_000)
            select (format, perFrame, skew, frames, block, seed);
        Prop.ForAll(cases.ToArbitrary(), c =>
        {
            int size = c.PerFrame.Sum();
            Random random = new(c.Seed);
            int[] samples = [.. Enumerable.Range(0, size * c.Frames).Select(_ => random.Next(-100, 100))];
            string header = $"r {c.PerFrame.Length} 100 {c.Frames}\n" + string.Concat(c.PerFrame.Select((n, s) => $"r.dat {c.Format}x{n}:{c.Skew[s]}\n"));
            using Recording record = Records.Open(header, Bytes.Pack(c.Format, samples));
            for (int s = 0, offset = 0; s < c.PerFrame.Length; offset += c.PerFrame[s], s++)
            {
                int n = c.PerFrame[s], at = offset;
                IEnumerable<double> inFile = Enumerable.Range(0, n * c.Frames).Select(i => (double)samples[(i / n * size) + at + (i % n)]);
                int late = Math.Min(n * c.Skew[s], n * c.Frames);
                Assert.Equal(inFile.Skip(late).Concat(Enumerable.Repeat(double.NaN, late)), Records.ReadSignal(record, s, c.Block));
                Assert.Equal(100.0 * n, record.AllSignals[s].SampleRateHz);
            }
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Check_SkewedSignal_SumsTheWholeFile()
    {
        using Recording record = Records.Open("r 1 300 4\nr.dat 16:2 200 12 0 10 100", Bytes.Pack(16, [10, 20, 30, 40]));

        Assert.Equal([30, 40, double.NaN, double.NaN], Records.ReadSignal(record, 0));
        Assert.Equal(new SignalCheck(true, true), record.CheckOf(0));
    }

    [Fact]
    public void Signals_SeveralRates_AreTheEcgOfOne()
    {
        const string Header = "r 6 125 1\nr.dat 16x4 200 12 0 0 0 0 II\nr.dat 16x4 200 12 0 0 0 0 V5\nr.dat 16 200/mmHg 12 0 0 0 0 ABP\n"
            + "r.dat 16x4 200 12 0 0 0 0 RESP\nr.dat 16x8 200 12 0 0 0 0 ECG fast\nr.dat 16 -3 12 0 0 0 0 V1";
        using Recording record = Records.Open(Header, Bytes.Pack(16, [.. Enumerable.Range(1, 22)]));

        Assert.Equal(["II", "V5"], record.Signals.Select(signal => signal.Name));
        Assert.Equal((500, 4, 125), (record.Format.SampleRateHz, record.SampleCount, record.AnnotationRateHz));
        Assert.Equal([[1f, 2, 3, 4], [5, 6, 7, 8]], Records.ReadAll(record));
        Assert.Equal(
            [
                "signal 2 'ABP' is in 'mmHg', which is no voltage", "signal 3 'RESP' is no ECG by its name", "signal 5 'V1' has the gain -3",
                "signal 4 'ECG fast' has 1000 Hz, the others 500",
            ],
            record.LeftOut.ToArray());
    }

    [Theory]
    [InlineData("69 M 1085 1629 x1", 69, Sex.Male)]
    [InlineData("<age>: 60 <sex>: F", 60, Sex.Female)]
    [InlineData("age: 81|sex: female", 81, Sex.Female)]
    [InlineData("Age: NaN|Sex: Unknown", null, Sex.Unknown)]
    [InlineData("<age>: ?? <sex>: ?", null, Sex.Unknown)]
    [InlineData("Dosage: 30|Produced by xform", null, Sex.Unknown)]
    [InlineData("age: 900", null, Sex.Unknown)]
    public void Info_Comments_SayWhoItIs(string comments, int? age, Sex sex)
    {
        using Recording record = Records.Open($"r 1\nr.dat 16\n#{comments.Replace("|", "\n#", StringComparison.Ordinal)}", new byte[2]);

        Assert.Equal(new Patient(age, sex), record.Info.Patient);
    }

    private static int[] Walk(int count, int signals, int seed)
    {
        Random random = new(seed);
        int[] samples = new int[count];
        int[] start = [1000, -5, 0];
        for (int i = 0; i < count; i++)
        {
            int before = i < signals ? start[i] : samples[i - signals];
            samples[i] = before + random.Next(-128, 128);
        }

        return samples;
    }
}
