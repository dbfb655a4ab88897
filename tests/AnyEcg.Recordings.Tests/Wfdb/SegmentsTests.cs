namespace AnyEcg.Recordings.Tests;

/// <summary>Records of several segments, with one list of signals or with changing ones.</summary>
public sealed class SegmentsTests
{
    [Fact]
    public void Read_FixedLayout_JoinsTheSegments()
    {
        using Recording record = Records.Open(
            "r/3 1 300 6\na 2\n~ 1\nb 3",
            ("a.hea", "a 1 300 2\na.dat 16 200 12 0 0 0 0 II"), ("a.dat", Bytes.Pack(16, [1, 2])),
            ("b.hea", "b 1 300 3\nb.dat 80 200 12 0 0 0 0 II"), ("b.dat", Bytes.Pack(80, [3, 4, 5])));

        Assert.Equal([[1, 2, float.NaN, 3, 4, 5]], Records.ReadAll(record, 2));
        record.Seek(3);
        Assert.Equal([[3f, 4, 5]], Records.ReadAll(record, 100));
    }

    [Fact]
    public void Read_VariableLayout_FindsSignalsByNameAndWhatIsMissingIsNoZero()
    {
        using Recording record = Records.Open(
            "r/4 2 125 8 12:00:00 02/01/2020\nr_layout 0\n~ 2\na 3\nb 3",
            ("r_layout.hea", "r_layout 2 125 0\n~ 0 100(10)/mV 12 0 0 0 0 II\n~ 0 100/mV 12 0 0 0 0 V"),
            ("a.hea", "a 2 125 3\na.dat 16 50/mV 12 0 0 0 0 V\na.dat 16 100/mmHg 12 0 0 0 0 ABP"), ("a.dat", Bytes.Pack(16, [1, 0, -32768, 0, 3, 0])),
            ("b.hea", "b 1 125 3\nb.dat 16 10(5)/mV 12 0 0 0 0 II"), ("b.dat", Bytes.Pack(16, [5, 6, 4])));

        Assert.Equal([double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, 10, 20, 0], Records.ReadSignal(record, 0));
        Assert.Equal([double.NaN, double.NaN, 2, double.NaN, 6, double.NaN, double.NaN, double.NaN], Records.ReadSignal(record, 1));
        Assert.Equal(["II", "V"], record.Signals.Select(signal => signal.Name));
        Assert.Equal(new DateTime(2020, 1, 2, 12, 0, 0, DateTimeKind.Unspecified), record.Info.StartTime);
    }

    [Fact]
    public void Read_MoreSegmentsThanStayOpen_AnyOrderGivesTheSame()
    {
        const int Segments = 30;
        (string, object)[] files =
        [
            .. Enumerable.Range(0, Segments).SelectMany(i => new (string, object)[]
            {
                ($"s{i}.hea", $"s{i} 1 300 2\ns{i}.dat 16"), ($"s{i}.dat", Bytes.Pack(16, [i, 100 + i])),
            }),
        ];
        using Recording record = Records.Open($"r/{Segments} 1 300\n" + string.Concat(Enumerable.Range(0, Segments).Select(i => $"s{i} 2\n")), files);

        double[] two = new double[2];
        for (int i = Segments - 1; i >= 0; i--)
        {
            Assert.Equal(2, record.ReadSignal(0, 2 * i, two));
            Assert.Equal([i, 100 + i], two);
        }

        Assert.Equal(2 * Segments, Records.ReadSignal(record, 0).Length);
    }

    [Theory]
    [InlineData("r/2 1 300 9\na 2\na 2", "has 9 samples, its segments 4")]
    [InlineData("r/1 1 300 3\na 3", "expects 3 samples of a, which has 2")]
    [InlineData("r/2 1 300 9500000000\na 2\n~ 9499999998", "longer than a year")]
    [InlineData("r/2 1 1e9 \na 2\n~ 1000000000000000", "longer than a year")]
    [InlineData("r/1 1 300 2\n~ 2", "no segment with signals")]
    [InlineData("r/2 1 300 4\na 2\ntwo 2", "has 1 signals, its segment two 2")]
    [InlineData("r/2 1 300 4\na 2\nmmhg 2", "in mV, 1 per frame; segment mmhg has it in mmHg")]
    [InlineData("r/1 1 300 2\nr 2", "no signals in r, which lists them")]
    public void Open_HeadersContradict_SaysHow(string header, string because)
    {
        RecordingFormatException fault = Assert.Throws<RecordingFormatException>(() =>
        {
            using Recording record = Records.Open(
                header, ("a.hea", "a 1 300 2\na.dat 16"), ("a.dat", new byte[4]),
                ("two.hea", "two 2 300 2\ntwo.dat 16\ntwo.dat 16"), ("two.dat", new byte[8]), ("mmhg.hea", "mmhg 1 300 2\na.dat 16 1/mmHg"), ("r.hea", header));
            record.ReadSignal(0, 0, new double[8]);
        });

        Assert.Contains(because, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_SegmentFileMissing_IsAnIoErrorWhenItIsReached()
    {
        using Recording record = Records.Open(
            "r/2 1 300 4\na 2\ngone 2", ("a.hea", "a 1 300 2\na.dat 16"), ("a.dat", Bytes.Pack(16, [1, 2])));

        double[] two = new double[2];
        Assert.Equal(2, record.ReadSignal(0, 0, two));
        Assert.Throws<FileNotFoundException>(() => record.ReadSignal(0, 2, two));
    }
}
