namespace AnyEcg.Tool.Tests;

public sealed class DemoTruthTests : IDisposable
{
    private const int RhythmChange = 28;

    private readonly TemporaryRecords records = new();

    [Fact]
    public void At_NamesTheRhythmAndItsBegin()
    {
        DemoTruth truth = DemoTruth.Read(records.Add("af", 20, (0, RhythmChange, "(N"), (2500, RhythmChange, "(AFIB")));

        Assert.Equal(20, truth.Seconds);
        Assert.Equal("(N since 0 s", truth.At(3));
        Assert.Equal("(AFIB since 10 s", truth.At(10));
        Assert.Equal("(AFIB since 10 s", truth.At(19.9));
    }

    [Fact]
    public void At_WithoutAnnotations_SaysSo() => Assert.Equal("not annotated", DemoTruth.Read(records.Add("plain", 5)).At(2));

    public void Dispose() => records.Dispose();
}
