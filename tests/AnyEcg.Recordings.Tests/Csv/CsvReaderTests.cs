using System.Globalization;
using System.Text;
using AnyEcg.Signal;
using FsCheck;
using FsCheck.Fluent;

namespace AnyEcg.Recordings.Tests;

public sealed class CsvReaderTests
{
    [Theory]
    [InlineData("time [s],ECG [mV]\n0,1\n0.004,-0.5\n0.008,\n0.012,0.25\n")]
    [InlineData("t_ms;lead I_uV\r\n1000;1000\r\n1004;-500\r\n1008;NaN\r\n1012;250\r\n")]
    [InlineData("\ufeffTimestamp (us)\t\"ECG (V)\"\n5000000\t0.001\n5004000\t-0.0005\n5008000\tnull\n5012000\t0.00025\n")]
    [InlineData("# made by hand\nrecorded with,something\n\nutc,ecg [uV]\n2024-05-01T10:00:00.000Z,1000\n2024-05-01T10:00:00.004Z,-500\n2024-05-01T10:00:00.008Z,\n2024-05-01T10:00:00.012Z,250\n")]
    [InlineData("timestamp,ecg [uV]\n1714557600000000000,1e3\n1714557600004000000,-500\n1714557600008000000,\n1714557600012000000,250")]
    [InlineData("phone timestamp;sensor timestamp [ns];timestamp [ms];ecg [uV]\n2024-05-01T10:00:00.1;599631234000000000;0.0;1000\n2024-05-01T10:00:00.1;599631234004000000;4.0;-500\n2024-05-01T10:00:00.1;599631234008000000;8;\n2024-05-01T10:00:00.2;599631234012000000;12;250")]
    public void Read_UsualExports_AreMicrovoltsAt250Hz(string text)
    {
        using Recording record = Open(text);

        Assert.Equal([1000, -500, double.NaN, 250], Records.ReadSignal(record, 0).Select(value => Math.Round(value, 6)));
        Assert.Equal((250, 1), (record.Format.SampleRateHz, record.Format.MicrovoltsPerLsb[0]));
        Assert.Equal(4, record.SampleCount);
    }

    [Theory]
    [InlineData("\ufefftime,ecg [uV]\n10.000,1\n10.004,2\n10.008,3\n", null)]
    [InlineData("\ufeff1\n2\n3\n", 250.0)]
    [InlineData("\ufeff# made by hand\necg [uV]\n1\n2\n3\n", 250.0)]
    public void Read_ByteOrderMark_IsNoPartOfTheFirstField(string text, double? rate)
    {
        using Recording record = Open(text, new RecordingOptions { SampleRateHz = rate, Units = "uV" });

        Assert.Equal([1.0, 2, 3], Records.ReadSignal(record, 0));
        Assert.Equal(250, record.AllSignals[0].SampleRateHz);
    }

    [Fact]
    public void Read_NoTimeStamps_TakesTheGivenRateAndUnit()
    {
        using Recording record = Open("0.5,1\n0.25,2\n", new RecordingOptions { SampleRateHz = 130, Units = "mV" });

        Assert.Equal([[500f, 250], [1000, 2000]], Records.ReadAll(record));
        Assert.Equal(130, record.Format.SampleRateHz);
    }

    [Theory]
    [InlineData("ecg [µV]", 1d)]
    [InlineData("ecg (\u03bcV)", 1d)]
    [InlineData("ecg_uv", null)]
    [InlineData("ecg [MV]", 1000d)]
    [InlineData("ecg volts", 1e6)]
    [InlineData("V", null)]
    public void ReadSignal_UnitOfTheHeading_Scales(string heading, double? microvolts)
    {
        using Recording record = Open(heading + "\n2\n", new RecordingOptions { SampleRateHz = 100, Units = microvolts is null ? "mv" : null });

        Assert.Equal(2 * (microvolts ?? 1000), Records.ReadSignal(record, 0)[0], 9);
        Assert.Equal("uV", record.Signals[0].Units);
    }

    [Fact]
    public void Signals_ColumnsThatAreNoEcg_AreLeftOut()
    {
        using Recording record = Open("time_s,II [mV],V5 [mV],acc_x [g],resp\n0,1,2,3,4\n0.002,1,2,3,4\n", new RecordingOptions { Units = "mV" });

        Assert.Equal([Lead.II, Lead.V5], record.Signals.Select(signal => signal.Lead));
        Assert.Equal(2, record.LeftOut.Length);
        Assert.Equal(500, record.Format.SampleRateHz);
    }

    [Fact]
    public void Info_StampsWithADate_SayWhenItBegan()
    {
        using Recording record = Open("time,ecg [uV]\n2024-05-01 10:00:00.500,1\n2024-05-01 10:00:00.502,2\n");

        Assert.Equal(new DateTime(2024, 5, 1, 10, 0, 0, 500, DateTimeKind.Unspecified), record.Info.StartTime);
    }

    [Fact]
    public void Read_GapInTheStamps_IsAGapOfThatManySamples()
    {
        StringBuilder text = new("time [ms],ecg [uV]\n");
        for (int i = 0; i < 5000; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{(i < 3000 ? 4 * i : (4 * i) + 10_000)},{i % 700}\n");
        }

        using Recording record = Open(text.ToString());
        double[] samples = Records.ReadSignal(record, 0, 777);

        Assert.Equal((250, 7500), (record.Format.SampleRateHz, samples.Length));
        Assert.Equal(Enumerable.Range(0, 3000).Select(i => i % 700.0), samples[..3000]);
        Assert.All(samples[3000..5500], sample => Assert.True(double.IsNaN(sample)));
        Assert.Equal(Enumerable.Range(3000, 2000).Select(i => i % 700.0), samples[5500..]);
    }

    /// <summary>Any rate, whole milliseconds or jitter of half a period, gaps of any length: rate and places come out.</summary>
    [Fact]
    public void Read_JitteredStampsAndGaps_FitTheRateAndKeepEverySample()
    {
        Gen<(double Rate, double Jitter, int[] Runs, int[] Gaps, int Seed)> cases =
            from rate in Gen.Elements(100, 125, 129.8, 130, 250, 256, 360, 500.0)
            from jitter in Gen.Elements(0, 0.2, 0.45)
            from count in Gen.Choose(1, 5)
            from runs in Gen.Choose(300, 1500).ArrayOf(count)
            from gaps in Gen.Choose(20, 4000).ArrayOf(count)
            from seed in Gen.Choose(0, 1_000_000)
            select (rate, jitter, runs, gaps, seed);
        Prop.ForAll(cases.ToArbitrary(), c =>
        {
            Random random = new(c.Seed);
            StringBuilder text = new("time [s],ecg [uV]\n");
            List<double> expected = [];
            for (int run = 0; run < c.Runs.Length; run++)
            {
                expected.AddRange(Enumerable.Repeat(double.NaN, run == 0 ? 0 : c.Gaps[run]));
                for (int i = 0; i < c.Runs[run]; i++)
                {
                    double at = (expected.Count + (c.Jitter * (random.NextDouble() - 0.5))) / c.Rate;
                    expected.Add(random.Next(-3000, 3000));
                    text.Append(CultureInfo.InvariantCulture, $"{1000 + at:F6},{expected[^1]}\n");
                }
            }

            using Recording record = Open(text.ToString());
            double[] samples = Records.ReadSignal(record, 0, 613);
            Assert.InRange(record.Format.SampleRateHz, c.Rate * 0.9975, c.Rate * 1.0025);

            // Every sample is kept in its order; a gap may be off by what the fitted rate is.
            Assert.Equal(expected.Where(v => !double.IsNaN(v)), samples.Where(v => !double.IsNaN(v)));
            Assert.InRange(samples.Length, expected.Count * 0.997, expected.Count * 1.003);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(30).WithReplay(7, 77));
    }

    [Fact]
    public void Read_MillisecondStampsOf130Hz_AreNotTakenForGaps()
    {
        StringBuilder text = new("time [ms],ecg [uV]\n");
        for (int i = 0; i < 20_000; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{i * 1000L / 130},{i}\n");
        }

        using Recording record = Open(text.ToString());

        Assert.Equal((130, 20_000), (record.Format.SampleRateHz, record.SampleCount));
        record.Seek(19_000);
        Assert.Equal(19_000, Records.ReadAll(record)[0][0]);
    }

    [Fact]
    public void Read_HundredThousandRows_ReadsTheSameFromAnywhere()
    {
        StringBuilder text = new("ecg [uV]\n");
        for (int i = 0; i < 100_000; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{i % 4001}\n");
        }

        using Recording record = Open(text.ToString(), new RecordingOptions { SampleRateHz = 500 });
        double[] part = new double[3000];
        foreach (int first in (int[])[99_000, 0, 2047, 50_000, 2048])
        {
            int got = record.ReadSignal(0, first, part);
            Assert.Equal(Math.Min(3000, 100_000 - first), got);
            Assert.Equal(Enumerable.Range(first, got).Select(i => i % 4001.0), part[..got]);
        }
    }

    [Fact]
    public void Read_MillionRows_NeedsTheMemoryStated()
    {
        const int Rows = 1_000_000;
        RepeatedStream stream = new("ecg [uV]\n"u8.ToArray(), "17\n"u8.ToArray(), Rows);
        double[] block = new double[5000];
        long before = GC.GetAllocatedBytesForCurrentThread();
        using Recording record = new(new CsvReader(stream, "t.csv", new RecordingOptions { SampleRateHz = 250 }));

        double sum = 0;
        for (long at = 0; record.ReadSignal(0, at, block) is > 0 and int got; at += got)
        {
            foreach (double sample in block.AsSpan(0, got))
            {
                sum += sample;
            }
        }

        Assert.Equal(17.0 * Rows, sum);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 400_000);
    }

    [Theory]
    [InlineData("", "none of the first 100 lines")]
    [InlineData("time,ecg\nnothing,here\n", "none of the first 100 lines")]
    [InlineData("time [s];ecg [mV]\n0,000;0,5\n0,004;0,5\n", "decimal point")]
    [InlineData("time [s],ecg [mV]\n0,1\n0.004,1,5\n", "line 3 has more than 2 fields")]
    [InlineData("time [s],ecg [mV]\n0,1\n0.004\n", "line 3 has 1 fields")]
    [InlineData("time [s],ecg [mV]\n0,1\n0.004,x1\n", "line 3 has 'x1' in column 2, which is no number")]
    [InlineData("time [s],ecg [mV]\n0,1\nsoon,1\n", "line 3 has 'soon' for a time")]
    [InlineData("time [s],ecg [mV]\n0,1\n,1\n", "line 3 has no time stamp")]
    [InlineData("time [s],ecg [mV]\n0,1\n0.004,2\n0.008,3\n-5,4\n", "goes back by 5.008 s")]
    [InlineData("time [s],ecg [mV]\n0,1\n0,2\n0,3\n0,4\n", "stamps of packets are no stamps of samples")]
    [InlineData("time,ecg [mV]\n0,1\n100,2\n200,3\n", "the unit of the time stamps is not clear")]
    [InlineData("time [s],ecg [mV]\n0,1\n0.004,1\n0.008,1\n1e10,1\n", "more than a year")]
    [InlineData("time [s],ecg [mV]\n0,1\n", "fewer than two rows")]
    [InlineData("ecg [mV]\n1\n2\n", "its sample rate must be given")]
    [InlineData("time [s],ecg [mV]\n0,1\n1e-9,1\n2e-9,1\n", "a rate of")]
    public void Open_Damaged_SaysWhichLineAndWhy(string text, string because)
    {
        string message = Assert.Throws<RecordingFormatException>(() => Open(text)).Message;

        Assert.Contains("t.csv", message, StringComparison.Ordinal);
        Assert.Contains(because, message, StringComparison.Ordinal);
    }

    [Fact]
    public void Format_NoUnitAnywhere_AsksForIt()
    {
        using Recording record = Open("time [s],ecg\n0,1\n0.004,2\n");

        Assert.Contains("no unit", Assert.Throws<RecordingFormatException>(() => record.Format).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_EndlessLine_StopsWithAnError()
    {
        string message = Assert.Throws<RecordingFormatException>(() => new CsvReader(new GeneratedStream(1L << 40), "t.csv", new RecordingOptions())).Message;

        Assert.True(message.Contains("longer than", StringComparison.Ordinal) || message.Contains("none of the first", StringComparison.Ordinal), message);
        string line = "time [s],ecg [mV]\n0,1\n0.004," + new string('1', CsvLines.MaxLineBytes) + "\n";
        Assert.Contains("line 3 is longer than", Assert.Throws<RecordingFormatException>(() => Open(line)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_AnyByteChanged_ReadsOrThrowsTheOneException()
    {
        byte[] whole = Encoding.UTF8.GetBytes("time [ms],II [mV],V1 [mV]\n0,1,2\n4,3,4\n8,,5\n20,6,7\n24,8,9\n");
        Random random = new(5);
        for (int i = 0; i < 3000; i++)
        {
            byte[] bytes = [.. whole[..random.Next(1, whole.Length + 1)]];
            for (int change = random.Next(4); change > 0; change--)
            {
                bytes[random.Next(bytes.Length)] = random.Next(2) == 0 ? (byte)random.Next(256) : (byte)"0123456789,.;-+eE\n\""[random.Next(19)];
            }

            try
            {
                using Recording record = new(new CsvReader(new MemoryStream(bytes), "fuzz.csv", new RecordingOptions()));
                Records.ReadAll(record, 1000);
            }
            catch (RecordingFormatException)
            {
                continue;
            }
        }
    }

    private static Recording Open(string text, RecordingOptions? options = null) =>
        new(new CsvReader(new MemoryStream(Encoding.UTF8.GetBytes(text)), "t.csv", options ?? new RecordingOptions()));
}
