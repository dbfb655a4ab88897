namespace AnyEcg.Signal.Tests;

/// <summary>A stream that is saved and restored anywhere goes on to the last bit as if nothing had been.</summary>
public sealed class StreamStateTests
{
    private const int Seeds = 36;

    /// <summary>Differ between streams of different settings only.</summary>
    private static readonly string[] Settings =
        ["Biquad.b0", "Biquad.b1", "Biquad.b2", "Biquad.a1", "Biquad.a2", "StreamSignal.opening"];

    public static TheoryData<int> Blocks => [.. Enumerable.Range(0, 6)];

    [Theory]
    [MemberData(nameof(Blocks))]
    public void Exchange_RestoredAtAnyFrame_GoesOnBitIdentical(int block)
    {
        for (int seed = block * Seeds / 6; seed < (block + 1) * Seeds / 6; seed++)
        {
            RandomStream stream = new(seed);
            int cut = stream.Cut(seed);
            CollectedSeconds expected = [], actual = [];
            StreamSignal signal = stream.NewSignal();
            foreach (EcgFrame? step in stream.Steps.Take(cut))
                RandomStream.Take(signal, step, new CollectedSeconds());
            byte[] saved = Saved.Bytes(signal);
            StreamSignal restored = Saved.Into(saved, stream.NewSignal());
            Assert.Equal([], StateLeaves.Differences(signal, restored));
            Assert.Equal(saved, Saved.Bytes(restored));
            foreach (EcgFrame? step in stream.Steps.Skip(cut))
                Assert.Equal(RandomStream.Take(signal, step, expected), RandomStream.Take(restored, step, actual));
            signal.Finish(expected);
            restored.Finish(actual);
            Assert.Equal(expected.Select(Saved.Bytes), actual.Select(Saved.Bytes));
            Assert.Equal(Saved.Bytes(signal), Saved.Bytes(restored));
            Assert.Equal([], StateLeaves.Differences(signal, restored));
        }
    }

    [Fact]
    public void Exchange_OfTheStreamsHere_TouchesEveryFieldThatVaries()
    {
        TouchedFields fields = new();
        for (int seed = 0; seed < Seeds; seed++)
        {
            RandomStream stream = new(seed, seconds: 60);
            Dictionary<string, StateLeaf> fresh = StateLeaves.Of(stream.NewSignal());
            StreamSignal signal = stream.NewSignal();
            Random random = new(seed);
            int cut = stream.Cut(0);
            for (int i = 0; i < stream.Steps.Count; i++)
            {
                RandomStream.Take(signal, stream.Steps[i], new CollectedSeconds());
                if (i + 1 == cut || random.Next(stream.Steps.Count) < 4)
                    fields.Note(fresh, signal);
            }
        }

        Assert.Empty(fields.Never.Except(Settings));
    }

    [Fact]
    public void Exchange_OtherFormat_IsRefused()
    {
        byte[] saved = Saved.Bytes(new StreamSignal(Streams.Format(250), new StreamSignalOptions()));
        foreach (StreamFormat other in (StreamFormat[])[Streams.Format(500), Streams.Format(250, 2)])
            Assert.Throws<InvalidDataException>(() => Saved.Into(saved, new StreamSignal(other, new StreamSignalOptions())));
    }
}
