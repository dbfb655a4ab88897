namespace AnyEcg.Signal.Tests;

public sealed class PatchQualityTests
{
    [Theory]
    [InlineData(SampleMarks.Missing, 150, PatchFlags.Missing | PatchFlags.Doubtful, true)]
    [InlineData(SampleMarks.Missing, 151, PatchFlags.Missing | PatchFlags.Gap, false)]
    [InlineData(SampleMarks.Missing, 20, PatchFlags.Missing, true)]
    [InlineData(SampleMarks.DeviceOff, 150, PatchFlags.Doubtful, true)]
    [InlineData(SampleMarks.DeviceOff, 151, PatchFlags.LeadOff, false)]
    [InlineData(SampleMarks.Constant, 151, PatchFlags.LeadOff, false)]
    [InlineData(SampleMarks.Saturated, 1, PatchFlags.Saturated | PatchFlags.Doubtful, true)]
    [InlineData(SampleMarks.Saturated, 151, PatchFlags.Saturated | PatchFlags.LeadOff, false)]
    [InlineData(SampleMarks.Settling, 300, PatchFlags.Settling, true)]
    [InlineData(SampleMarks.Clipped, 1, PatchFlags.Doubtful, true)]
    public void Of_MarkedSamples_FlagsAndToken(object mark, int count, PatchFlags flags, bool hasToken)
    {
        SampleMarks[] marks = new SampleMarks[300];
        marks.AsSpan(0, count).Fill((SampleMarks)mark);
        PatchQuality quality = PatchQuality.Of(Beat(), marks);
        Assert.Equal(flags, quality.Flags);
        Assert.Equal(hasToken, quality.HasToken);
        Assert.Equal(mark is SampleMarks.Missing ? count / 300f : 0, quality.MissingShare);
    }

    [Fact]
    public void Of_MissingAndOffTogetherMoreThanHalf_NoToken()
    {
        SampleMarks[] marks = new SampleMarks[300];
        marks.AsSpan(0, 90).Fill(SampleMarks.Missing);
        marks.AsSpan(100, 80).Fill(SampleMarks.DeviceOff);
        Assert.Equal(PatchFlags.Missing | PatchFlags.Gap, PatchQuality.Of(Beat(), marks).Flags);
    }

    [Fact]
    public void Of_FlatLine_FlatWithToken()
    {
        float[] samples = [.. Enumerable.Range(0, 300).Select(i => 0.01f * (float)Streams.Noise(i, 0))];
        PatchQuality quality = PatchQuality.Of(samples, new SampleMarks[300]);
        Assert.Equal(PatchFlags.Flat, quality.Flags);
        Assert.True(quality.HasToken);
    }

    [Fact]
    public void Of_StrongNoise_Doubtful()
    {
        float[] samples = [.. Enumerable.Range(0, 300).Select(i => 0.3f * (float)Streams.Noise(i, 0))];
        Assert.Equal(PatchFlags.Doubtful, PatchQuality.Of(samples, new SampleMarks[300]).Flags);
    }

    private static float[] Beat() => [.. Enumerable.Range(0, 300).Select(i => MathF.Exp(-MathF.Pow((i - 150) / 4f, 2)))];
}
