using AnyEcg.Recordings;

namespace AnyEcg.Tool.Tests;

public sealed class NoiseStretchTests : IDisposable
{
    private readonly TemporaryRecords records = new();

    public void Dispose() => records.Dispose();

    [Fact]
    public void At_BeyondItsEnd_PlaysBackwardsAndForwardsAgain()
    {
        NoiseStretch noise = new([[-3, -1, 1, 3]], 2);
        Assert.Equal([-3, -1, 1, 3, 1, -1, -3, -1, 1], Enumerable.Range(0, 9).Select(i => noise.At(0, i)));
    }

    [Fact]
    public void Rms_WorkedExample_IsTheTrimmedMeanOverSeconds()
    {
        // 38 seconds that swing by 1 and two that swing by 100 and 0: a twentieth of 40 is two at either end, so both are left out
        float[] row = [.. Enumerable.Range(0, 40).SelectMany(second => Swing(second == 7 ? 100 : second == 20 ? 0 : 1))];
        Assert.Equal(1, new NoiseStretch([row], 2).Rms[0], 6);
    }

    [Fact]
    public void Rms_SlowWander_CountsOnlyWhatItMovesInASecond()
    {
        float[] ramp = [.. Enumerable.Range(0, 200).Select(i => (float)i)];
        Assert.Equal(Math.Sqrt((100 - 1) / 12.0), new NoiseStretch([ramp], 10).Rms[0], 4); // of 0 ... 9: sqrt((n^2 - 1) / 12)
    }

    [Fact]
    public void Read_PartOfARecord_IsThatPart()
    {
        // a spike of 200 steps half a second into every second of 250 samples
        string path = records.Add("noise", 10);
        NoiseStretch noise = NoiseStretch.Read(path, 2, 6, 250);
        Assert.Equal(1000, noise.Length);
        Assert.InRange(noise.At(0, 125), 190, 200);
        Assert.InRange(noise.At(0, 0), -10, 0);
        Assert.Equal(500, NoiseStretch.Read(path, 8, 100, 250).Length);
        Assert.Throws<RecordingFormatException>(() => NoiseStretch.Read(path, 9, 100, 250));
    }

    [Fact]
    public void Resample_Sine_IsTheSineAtTheOtherRate()
    {
        float[] row = [.. Enumerable.Range(0, 3600).Select(i => (float)Math.Sin(2 * Math.PI * 11 * i / 360))];
        foreach (double rate in (double[])[250, 360, 500])
        {
            float[] to = BandLimited.Resample(row, 360, rate);
            Assert.InRange(to.Length, (10 * rate) - 2, (10 * rate) + 2);
            for (int i = 100; i < to.Length - 100; i++)
                Assert.Equal(Math.Sin(2 * Math.PI * 11 * i / rate), to[i], 0.01);
        }
    }

    [Fact]
    public void Resample_AboveTheNewBand_IsGone()
    {
        float[] row = [.. Enumerable.Range(0, 3600).Select(i => (float)Math.Sin(2 * Math.PI * 150 * i / 360))];
        Assert.All(BandLimited.Resample(row, 360, 200)[100..^100], x => Assert.InRange(x, -0.02f, 0.02f));
    }

    [Fact]
    public void For_SameSeedAndName_IsTheSameWhateverCameBefore()
    {
        string[] values = [$"{records.Add("a", 30)}@5-20,{records.Add("b", 30)}", records.Add("c", 30)];
        NoiseLibrary one = NoiseLibrary.Parse(values, 4), other = NoiseLibrary.Parse(values, 4);
        string[] names = [.. Enumerable.Range(0, 40).Select(i => $"r{i}")];
        Dictionary<string, NoiseChoice> first = names.ToDictionary(n => n, n => one.For(n, 250));

        Assert.All(names.Reverse(), n => Assert.Equal((first[n].Start, first[n].Name), (other.For(n, 250).Start, other.For(n, 250).Name)));
        Assert.Equal(["a", "b", "c"], first.Values.Select(c => c.Name[..1]).Distinct().Order());
        Assert.InRange(first.Values.Count(c => c.Name[0] == 'c'), 10, 30); // half: c is one of two noises
        Assert.NotEqual(first["r1"].Start, NoiseLibrary.Parse(values, 5).For("r1", 250).Start);
    }

    [Theory]
    [InlineData("x@5")]
    [InlineData("x@9-5")]
    [InlineData("x@a-b")]
    [InlineData("x@-1-5")]
    public void Parse_BadPart_IsRefused(string text) => Assert.Throws<FormatException>(() => NoiseLibrary.Parse([text], 1));

    private static float[] Swing(float height) => [-height, height];
}
