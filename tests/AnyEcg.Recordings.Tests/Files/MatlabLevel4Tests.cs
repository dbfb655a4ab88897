using AnyEcg.Signal;

namespace AnyEcg.Recordings.Tests;

public sealed class MatlabLevel4Tests
{
    private static readonly int[] Samples = [1, -2, 3, -4, 5, -6];

    [Fact]
    public void Open_HeaderPointsIntoTheMatrix_ReadsItAsFormat16()
    {
        using Recording record = Records.Open(
            "A1 2 300 3 05:05:15 1/05/2000 \nA1.mat 16+24 1000/mV 16 0 1 0 0 ECG \nA1.mat 16+24 1000/mV 16 0 -2 0 0 ECG ", Bytes.Matrix(2, Samples));

        Assert.Equal([[1f, 3f, 5f], [-2f, -4f, -6f]], Records.ReadAll(record));
        Assert.Equal([1, 1], record.Format.MicrovoltsPerLsb.ToArray());
        Assert.Equal((new SignalCheck(true, null), new SignalCheck(true, null)), (record.CheckOf(0), record.CheckOf(1)));
    }

    [Theory]
    [InlineData(1, "1 rows")]
    [InlineData(3, "3 rows")]
    public void Open_HeaderMeansAnotherMatrix_IsRefused(int rows, string because)
    {
        string header = "A1 2 300 1\nA1.mat 16+24\nA1.mat 16+24";

        Assert.Contains(because, Assert.Throws<RecordingFormatException>(() => Records.Open(header, Bytes.Matrix(rows, Samples))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_MatrixWithoutHeader_TakesTheGainFromTheCaller()
    {
        using Recording record = MatlabLevel4.Open(new MemoryStream(Bytes.Matrix(2, Samples)), "cu99", 250, 400, 10);

        Assert.Equal(("cu99", 250d, 3L), (record.Info.Name, record.Format.SampleRateHz, record.SampleCount));
        Assert.Equal([[1f, 3f, 5f], [-2f, -4f, -6f]], Records.ReadAll(record));
        Assert.Equal([2.5, 2.5], record.Format.MicrovoltsPerLsb.ToArray());
        Assert.Equal([10, 10], record.Format.Baseline.ToArray());
        Assert.Null(record.Format.AdcRange);
        Assert.Equal([Lead.Unknown, Lead.Unknown], record.Format.Leads.Leads.ToArray());
    }

    [Fact]
    public void Open_Level5_SaysSo()
    {
        byte[] bytes = new byte[128];
        "MATLAB 5.0"u8.CopyTo(bytes);

        Refused(bytes, "level 5");
    }

    [Fact]
    public void Open_OtherTypeOrSizeOrCut_IsRefused()
    {
        Refused(Bytes.Matrix(2, Samples, type: 0), "16-bit integers");
        Refused(Bytes.Matrix(2, Samples)[..22], "ends within");
        Refused(Bytes.Matrix(2, Samples)[..^2], "cut short");
        byte[] many = Bytes.Matrix(2, Samples);
        many[4] = 200;
        Refused(many, "200 x 3");
        byte[] endless = Bytes.Matrix(2, Samples);
        (endless[8], endless[9], endless[10], endless[11]) = (255, 255, 255, 127);
        Refused(endless, "cut short");
    }

    private static void Refused(byte[] bytes, string because) =>
        Assert.Contains(
            because,
            Assert.Throws<RecordingFormatException>(() => MatlabLevel4.Open(new MemoryStream(bytes), "m", 250, 400)).Message,
            StringComparison.Ordinal);
}
