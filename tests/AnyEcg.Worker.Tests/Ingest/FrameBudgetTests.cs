using AnyEcg.Alerts;
using AnyEcg.Engine;
using AnyEcg.Mqtt;
using AnyEcg.Mqtt.Tests;
using AnyEcg.Store;
using Microsoft.Extensions.Logging.Abstractions;

namespace AnyEcg.Worker.Tests;

/// <summary>The heap is one for all tests of the process: what measures it runs alone.</summary>
[CollectionDefinition(nameof(MemoryAlone), DisableParallelization = true)]
public sealed class MemoryAlone;

/// <summary>What a frame of one second costs on the managed heap between the MQTT client and the engine's last word on it.</summary>
[Collection(nameof(MemoryAlone))]
public sealed class FrameBudgetTests : IDisposable
{
    private const int Streams = 8, Blocks = 6, SecondsOfABlock = 40;

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("anyecg-budget");
    private readonly string[] topics = [.. Enumerable.Range(0, Streams).Select(i => $"ecg/v1/ward/bed-{i}/frame")];

    [Fact]
    public void OnMessage_SteadyState_AllocatesNothing()
    {
        IngestRig rig = Rig(acks => new ShortWay(acks));
        Assert.Equal(0, LeastAllocated(rig, _ => { }));
    }

    [Fact]
    public void Frame_ThroughJournalAndEngine_StaysWithinItsBudget()
    {
        using StoreDatabase database = StoreDatabase.Open(new StoreOptions { Connection = Path.Combine(folder.FullName, "budget.db") });
        StoreEvents events = new();
        using StoreWriter writer = new(database, new StoreWriterOptions { BatchInputs = Streams }, events, TimeProvider.System);
        InputJournal journal = null!;
        EngineDoor door = null!;
        IngestRig rig = Rig(acks => journal = new InputJournal(writer, events, door = new EngineDoor(acks), acks, TimeProvider.System));
        using IModelRunner model = TestModel.Create();
        using Outbox outbox = new(1000);
        using StreamEngine engine = new(model, new EngineOptions { RhythmPeriodSeconds = 60 }, Quiet(), Output(rig, outbox, door), rig.Clock);
        door.Open(engine);
        writer.Start();
        long allocated = LeastAllocated(rig, _ =>
        {
            Assert.True(SpinWait.SpinUntil(() => journal.FramesWaiting == 0, TimeSpan.FromSeconds(30)));
            engine.Drain();
        });
        Assert.Equal(Blocks * SecondsOfABlock * Streams, engine.Snapshot().FramesAccepted);
        Assert.InRange(allocated, 0, 512);
    }

    [Fact]
    public async Task Rhythm_WhenPublished_StaysWithinItsBudget()
    {
        const int summaries = 500;
        FakeConnection connection = new();
        long least = long.MaxValue;
        for (int block = 0; block < Blocks; block++)
        {
            connection.Published.Clear();
            using Outbox outbox = new(summaries);
            RhythmSummary summary = Transitions.Rhythm();
            long before = GC.GetTotalAllocatedBytes(precise: true);
            for (int i = 0; i < summaries; i++)
                outbox.Add(summary);
            outbox.Complete();
            await new PublishLoop(outbox, connection, new PublishMetrics(new TestMeters()), TimeProvider.System, NullLogger<PublishLoop>.Instance).RunAsync(Budget.Token);
            least = Math.Min(least, (GC.GetTotalAllocatedBytes(precise: true) - before) / summaries);
        }

        Assert.Equal(summaries, connection.Published.Count);
        Assert.InRange(least, 0, 8192);
    }

    public void Dispose() => folder.Delete(recursive: true);

    /// <summary>Bytes of all threads for one frame, of the best block of several: the runtime allocates now and then on its own behalf.</summary>
    private long LeastAllocated(IngestRig rig, Action<int> second)
    {
        long least = long.MaxValue;
        for (int block = 0; block < Blocks; block++)
        {
            byte[][] frames = [.. Enumerable.Range(block * SecondsOfABlock, SecondsOfABlock).Select(k => Wire.Frame((long)k * Wire.Rate))];
            long before = GC.GetTotalAllocatedBytes(precise: true);
            for (int k = 0; k < frames.Length; k++)
            {
                foreach (string topic in topics)
                    rig.Ingest.OnMessage(new MqttInbound { Topic = topic, Payload = frames[k], ContentType = Wire.Native });
                second(k);
                rig.Clock.Advance(1);
            }

            least = Math.Min(least, (GC.GetTotalAllocatedBytes(precise: true) - before) / (SecondsOfABlock * Streams));
        }

        Assert.Equal(Blocks * SecondsOfABlock * Streams, rig.Counters.FramesSubmitted);
        return least;
    }

    private IngestRig Rig(Func<AckDesk, IEngineDoor> door)
    {
        IngestRig rig = new(new IngestOptions { MaxStreams = Streams }, door);
        foreach (string topic in topics)
            rig.Deliver(topic.Replace("/frame", "/meta", StringComparison.Ordinal), Wire.Descriptor());
        return rig;
    }

    private static EngineOutput Output(IngestRig rig, Outbox outbox, EngineDoor door) =>
        new(outbox, rig.Board, rig.Acks, door, new AlertContexts("model-1"), new StoreHost(rig.Clock));

    private static AlertSettings Quiet() =>
        new(new AlertOptions { Kinds = Enum.GetValues<AlertKind>().ToDictionary(kind => kind, _ => new AlertKindOptions { Enabled = false }) });

    /// <summary>An engine that is done with every frame at once.</summary>
    private sealed class ShortWay(AckDesk acks) : IEngineDoor
    {
        public bool TrySubmit(in EngineInput input)
        {
            if (input.Token is FrameTicket ticket)
                acks.Return(ticket);
            return true;
        }
    }
}
