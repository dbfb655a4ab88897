namespace AnyEcg.Recordings.Tests;

public sealed class WfdbHeaderTests
{
    [Fact]
    public void Parse_TwoSignalsWithComments_ReadsEveryField()
    {
        WfdbHeader header = WfdbHeader.Parse("""
            # made for this test
            rec1 2 360/720.5(-12) 650000 23:05:15.5 1/05/2000
            rec1.dat 212 200(1020)/uV 11 1024 995 -22131 0 MLII
            rec1.dat 212 100 12 0 -3 20052 5 ECG lead V5

            # 69 M 1085 1629 x1
            """);

        Assert.Equal("rec1", header.RecordName);
        Assert.Equal((360d, 720.5, -12d), (header.SampleRateHz, header.CounterRateHz, header.BaseCounter));
        Assert.Equal((650_000, 650_000 / 360d), (header.SampleCount, header.Seconds));
        Assert.Equal(new TimeSpan(0, 23, 5, 15, 500), header.BaseTime);
        Assert.Equal(new DateOnly(2000, 5, 1), header.BaseDate);
        Assert.Equal(["made for this test", "69 M 1085 1629 x1"], header.Comments.ToArray());
        WfdbSignal first = header.Signals[0];
        Assert.Equal(("rec1.dat", 212, 200d, 1020d, "uV"), (first.FileName, first.FormatCode, first.AdcGain, first.Baseline, first.Units));
        Assert.Equal((11, 1024, 995, (short)-22131, 0), (first.AdcResolution, first.AdcZero, first.InitialValue, first.Checksum, first.BlockSize));
        Assert.Equal(("MLII", (0L, 2047L)), (first.Description, first.AdcRange));
        Assert.Equal(("ECG lead V5", 5), (header.Signals[1].Description, header.Signals[1].BlockSize));
    }

    [Fact]
    public void Parse_ShortestHeader_UsesDefaults()
    {
        WfdbHeader header = WfdbHeader.Parse("r 1\nr.dat 16\n");

        Assert.Equal((250d, (long?)null, (double?)null), (header.SampleRateHz, header.SampleCount, header.Seconds));
        WfdbSignal signal = Assert.Single(header.Signals);
        Assert.Equal((200d, false, 0d, "mV", ""), (signal.AdcGain, signal.IsCalibrated, signal.Baseline, signal.Units, signal.Description));
        Assert.Equal(((int?)null, (short?)null, ((long, long)?)null), (signal.InitialValue, signal.Checksum, signal.AdcRange));
    }

    [Fact]
    public void Parse_GainZero_IsUncalibratedWithTheDefaultGain()
    {
        WfdbSignal signal = WfdbHeader.Parse("r 1\nr.dat 16 0 12 100").Signals[0];

        Assert.Equal((200d, false, 100d), (signal.AdcGain, signal.IsCalibrated, signal.Baseline));
    }

    [Theory]
    [InlineData("r.dat 16x4:30+24", 4, 30, 24)]
    [InlineData("r.dat 16x4", 4, 0, 0)]
    [InlineData("r.dat 16:30", 1, 30, 0)]
    [InlineData("r.dat 16+24", 1, 0, 24)]
    public void Parse_FormatField_TakesItApart(string line, int samplesPerFrame, int skew, long byteOffset)
    {
        WfdbSignal signal = WfdbHeader.Parse($"r 1 300\n{line}").Signals[0];

        Assert.Equal((16, samplesPerFrame, skew, byteOffset), (signal.FormatCode, signal.SamplesPerFrame, signal.Skew, signal.ByteOffset));
    }

    [Theory]
    [InlineData("200", 200, 7, "mV")]
    [InlineData("200.5/V", 200.5, 7, "V")]
    [InlineData("1e3(-5)", 1000, -5, "mV")]
    [InlineData("200(1024)/uV", 200, 1024, "uV")]
    public void Parse_GainField_TakesItApart(string field, double gain, double baseline, string units)
    {
        WfdbSignal signal = WfdbHeader.Parse($"r 1\nr.dat 16 {field} 12 7").Signals[0];

        Assert.Equal((gain, baseline, units), (signal.AdcGain, signal.Baseline, signal.Units));
    }

    [Theory]
    [InlineData("5:15", 315)]
    [InlineData("17", 17)]
    [InlineData("01:00:00", 3600)]
    public void Parse_BaseTime_TakesEveryLength(string field, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), WfdbHeader.Parse($"r 0 250 0 {field}").BaseTime);

    [Theory]
    [InlineData("11:39:16 05/02/2020")]
    [InlineData("05-Feb-2020 11:39:16")]
    public void Parse_DateAndTimeInEitherOrder_TakesBoth(string fields)
    {
        WfdbHeader header = WfdbHeader.Parse($"A0001 0 500 7500 {fields}");

        Assert.Equal((new TimeSpan(11, 39, 16), new DateOnly(2020, 2, 5)), (header.BaseTime, header.BaseDate));
    }

    [Fact]
    public void Parse_MultiSegment_ReadsTheSegmentLines()
    {
        WfdbHeader header = WfdbHeader.Parse("multi/3 1 250 300\nlayout 0\n~ 100\n# between\nsegment2 200");

        Assert.Equal(("multi", 3, 0), (header.RecordName, header.SegmentCount, header.Signals.Length));
        Assert.Equal([new("layout", 0), new("~", 100), new("segment2", 200)], header.Segments.ToArray());
        Assert.Equal([false, true, false], header.Segments.Select(segment => segment.IsNull));
    }

    [Fact]
    public void AdcRange_BaselineOutsideTheConverter_IsNotKnown() =>
        Assert.Null(WfdbHeader.Parse("r 1\nr.dat 16 200(1024) 11 0").Signals[0].AdcRange);

    [Fact]
    public void Parse_UnsignedChecksum_IsTakenAsSixteenBits() =>
        Assert.Equal((short)-1, WfdbHeader.Parse("r 1\nr.dat 16 200 12 0 0 65535").Signals[0].Checksum);

    [Theory]
    [InlineData("", "no record line")]
    [InlineData("# only a comment", "no record line")]
    [InlineData("r", "Line 1")]
    [InlineData("r x", "number of signals")]
    [InlineData("r 2000000000", "number of signals")]
    [InlineData("r -1", "number of signals")]
    [InlineData("r/0 1", "number of segments")]
    [InlineData("r/2 1 300 3\nseg 3", "announces 2 segments but names 1")]
    [InlineData("r/1 1 300 3\nseg 3\nseg 3", "one segment line more")]
    [InlineData("r/1 1 300 3\nseg", "no segment line")]
    [InlineData("r/1 1 300 3\nseg -1", "number of samples")]
    [InlineData("r/1 1 300 3\n../seg 3", "outside the header's folder")]
    [InlineData("r 1 1e300", "at most")]
    [InlineData("r 1 0", "above 0")]
    [InlineData("r 1 -3", "above 0")]
    [InlineData("r 1 nan", "sampling frequency")]
    [InlineData("r 1 1e999", "sampling frequency")]
    [InlineData("r 1 360/x", "counter frequency")]
    [InlineData("r 1 360 -4", "number of samples")]
    [InlineData("r 1 360 9223372036854775807", "number of samples")]
    [InlineData("r 1 360 10 1:2:3:4", "base time")]
    [InlineData("r 1 360 10 99:00:00", "base time")]
    [InlineData("r 1 360 10 01:00:00 2000-05-01", "base date")]
    [InlineData("r 2 360\nr.dat 16", "announces 2 signals but describes 1")]
    [InlineData("r 1 360\nr.dat 16\nr.dat 16", "one signal line more")]
    [InlineData("r 1 360\nr.dat", "Line 2")]
    [InlineData("r 1 360\nr.dat x", "signal format")]
    [InlineData("r 1 360\nr.dat 16xx", "samples per frame")]
    [InlineData("r 1 360\nr.dat 16x0", "samples per frame")]
    [InlineData("r 1 360\nr.dat 16:-1", "skew")]
    [InlineData("r 1 360\nr.dat 16+-1", "byte offset")]
    [InlineData("r 1 360\nr.dat 16 inf", "gain")]
    [InlineData("r 1 360\nr.dat 16 200(x)", "baseline")]
    [InlineData("r 1 360\nr.dat 16 200 99", "converter resolution")]
    [InlineData("r 1 360\nr.dat 16 200 12 q", "converter zero")]
    [InlineData("r 1 360\nr.dat 16 200 12 0 q", "initial value")]
    [InlineData("r 1 360\nr.dat 16 200 12 0 0 70000", "checksum")]
    [InlineData("r 1 360\nr.dat 16 200 12 0 0 0 q", "block size")]
    public void Parse_BrokenGrammar_SaysWhere(string text, string because) =>
        Assert.Contains(because, Assert.Throws<RecordingFormatException>(() => WfdbHeader.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Read_EndlessHeader_StopsWithAnError() =>
        Assert.Contains("longer than", Assert.Throws<RecordingFormatException>(() => WfdbHeader.Read(new GeneratedStream(1L << 40))).Message, StringComparison.Ordinal);

    [Fact]
    public void Read_RandomBytes_ParsesOrThrowsTheOneException()
    {
        Random random = new(1);
        int refused = 0;
        for (int i = 0; i < 500; i++)
        {
            byte[] bytes = new byte[random.Next(200)];
            random.NextBytes(bytes);
            try
            {
                WfdbHeader.Read(new MemoryStream(bytes));
            }
            catch (RecordingFormatException)
            {
                refused++;
            }
        }

        Assert.True(refused > 490);
    }
}
