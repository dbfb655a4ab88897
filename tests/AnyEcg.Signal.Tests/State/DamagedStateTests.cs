namespace AnyEcg.Signal.Tests;

/// <summary>
/// Bytes that were damaged are refused, or give an object that works on: no other exception, no endless loop, no more memory than
/// the bytes are worth.
/// </summary>
public sealed class DamagedStateTests
{
    private const int Cases = 1500;
    private const double Rate = 100;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Restore_DamagedStream_IsRefusedOrGoesOn(int heldFrames)
    {
        StreamFormat format = Streams.Format(Rate, 2, MainsFrequency.Hz50);
        StreamSignal signal = new(format, new StreamSignalOptions());
        signal.Push(Frame(0, 1230), new SecondCount());
        for (int i = 0; i < heldFrames; i++)
            signal.Push(Frame(1250 + (50 * i), 30), new SecondCount());
        Damage(Saved.Bytes(signal), () => new StreamSignal(format, new StreamSignalOptions()), (restored, _) =>
        {
            SecondCount sink = new();
            restored.Push(Frame(1230, 10), sink);
            restored.Push(Frame(1240, 300), sink);
            restored.Push(Frame(2400, 200), sink);
            restored.GiveUpHeld(sink);
            EcgFrame next = Frame(0, 250);
            next.Epoch = uint.MaxValue;
            restored.Push(next, sink);
            restored.Finish(sink);
            Assert.InRange(sink.Count, 0, 400);
        });
    }

    [Fact]
    public void Restore_DamagedTracker_IsRefusedOrGoesOn()
    {
        (int leads, List<Action<BeatTracker, List<float>>> steps) = BeatStateTests.Steps(1);
        BeatTracker tracker = new(leads);
        steps.Take(steps.Count / 2).ToList().ForEach(step => step(tracker, []));
        List<Action<BeatTracker, List<float>>> rest = [.. steps.Skip(steps.Count / 2).Take(12)];
        Damage(Saved.Bytes(tracker), () => new BeatTracker(leads), (restored, _) => rest.ForEach(step => step(restored, [])));
    }

    [Fact]
    public void Restore_DamagedPlacement_IsRefusedOrGoesOn()
    {
        List<Func<EcgFrame>> blocks = PlacementStateTests.Blocks(1);
        PositionTracker tracker = new(130);
        foreach (Func<EcgFrame> block in blocks.Take(200))
            tracker.Place(block());
        Damage(Saved.Bytes(tracker), () => new PositionTracker(130), (restored, random) =>
        {
            foreach (Func<EcgFrame> block in blocks.Skip(random.Next(180, 200)).Take(30))
                restored.Place(block());
        });
    }

    [Fact]
    public void Restore_DamagedSecond_IsRefusedOrRead()
    {
        PatchSecond second = new(2) { Present = 3 };
        second.Qrs.AddRange([new QrsDetection(0, 100, 2), new QrsDetection(1, 103, 2)]);
        Damage(Saved.Bytes(second), () => new PatchSecond(2), (restored, _) => Saved.Bytes(restored));
    }

    /// <summary>
    /// Cuts, flips bits and writes the numbers that break loops and indices: anywhere, and where a small number stands that may be one.
    /// </summary>
    private static void Damage<T>(byte[] saved, Func<T> make, Action<T, Random> use)
        where T : IStateful
    {
        int refused = 0;
        int[] small = [.. Enumerable.Range(0, saved.Length - 8).Where(i => BitConverter.ToInt32(saved, i) is > 0 and <= 4096)];
        for (int seed = 0; seed < Cases; seed++)
        {
            Random random = new(seed);
            byte[] damaged = [.. saved.AsSpan(0, random.Next(20) == 0 ? random.Next(saved.Length) : saved.Length)];
            for (int i = random.Next(1, 4); i > 0 && damaged.Length > 8; i--)
                Spoil(damaged.AsSpan(Math.Min(random.Next(2) == 0 ? small[random.Next(small.Length)] : random.Next(damaged.Length), damaged.Length - 8), 8), random);
            try
            {
                T target = make();
                long before = GC.GetAllocatedBytesForCurrentThread();
                Saved.Into(damaged, target);
                Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, (2 * saved.Length) + 65_536);
                use(target, random);
            }
            catch (InvalidDataException)
            {
                refused++;
            }
            catch (Exception broken)
            {
                throw new InvalidOperationException($"Case {seed} broke it.", broken);
            }
        }

        Assert.InRange(refused, 1, Cases - 1);
    }

    private static void Spoil(Span<byte> place, Random random)
    {
        switch (random.Next(5))
        {
            case 0:
                place[0] ^= (byte)(1 << random.Next(8));
                break;
            case 1:
                random.NextBytes(place[..4]);
                break;
            case 2:
                place.Fill((byte)(random.Next(2) * 255));
                break;
            case 3:
                BitConverter.TryWriteBytes(place, random.Next(2) == 0 ? int.MaxValue : int.MinValue);
                break;
            default:
                BitConverter.TryWriteBytes(place, random.Next(2) == 0 ? float.NaN : float.PositiveInfinity);
                break;
        }
    }

    private static EcgFrame Frame(long first, int count) => Streams.Frame(first, count, 2, (lead, n) => Streams.Beats(Rate, lead, n));

    private sealed class SecondCount : IPatchSink
    {
        private readonly PatchSecond second = new(2);

        public int Count { get; private set; }

        public PatchSecond Rent(int leadCount) => second;

        public void Emit(PatchSecond second) => Count++;
    }
}
