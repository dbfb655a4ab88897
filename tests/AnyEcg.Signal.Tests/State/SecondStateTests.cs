namespace AnyEcg.Signal.Tests;

public sealed class SecondStateTests
{
    [Fact]
    public void Exchange_SecondOfAnyStream_IsTheSame()
    {
        TouchedFields fields = new();
        for (int seed = 0; seed < 12; seed++)
        {
            RandomStream stream = new(seed);
            CollectedSeconds seconds = [];
            StreamSignal signal = stream.NewSignal();
            foreach (EcgFrame? step in stream.Steps)
                RandomStream.Take(signal, step, seconds);
            Dictionary<string, StateLeaf> fresh = StateLeaves.Of(new PatchSecond(stream.Leads));
            foreach (PatchSecond second in seconds.Where((_, k) => k % 8 == 5))
            {
                PatchSecond used = new(stream.Leads);
                used.Qrs.Add(new QrsDetection(0, 1, 2));
                Assert.Equal([], StateLeaves.Differences(second, Saved.Into(Saved.Bytes(second), used)));
                fields.Note(fresh, second);
            }
        }

        Assert.Empty(fields.Never);
    }

    [Fact]
    public void Exchange_LeadThatIsNone_IsRefused()
    {
        PatchSecond second = new(1) { Present = 2 };
        Assert.Throws<InvalidDataException>(() => Saved.Bytes(second));
        second.Present = 1;
        second.Qrs.Add(new QrsDetection(1, 1, 2));
        Assert.Throws<InvalidDataException>(() => Saved.Bytes(second));
    }

    [Fact]
    public void Exchange_OtherLeadCount_IsRefused() =>
        Assert.Throws<InvalidDataException>(() => Saved.Into(Saved.Bytes(new PatchSecond(2)), new PatchSecond(3)));
}
