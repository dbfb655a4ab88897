using AnyEcg.Protocol;
using FsCheck;
using FsCheck.Fluent;

namespace AnyEcg.Simulator.Tests;

public sealed class DeviceStoreTests
{
    private const int Rate = 250;

    /// <summary>Whatever happens in whatever order: nothing appears, nothing vanishes, nothing leaves its order, no limit is passed.</summary>
    [Fact]
    public void AnySequence_Conserves() => Prop.ForAll(
        ArbMap.Default.GeneratorFor<byte>().ListOf().ToArbitrary(),
        steps =>
        {
            StoreOptions options = new() { Seconds = 5, Bytes = 4_000, Window = 3 };
            DeviceStore store = new(options, Rate);
            List<DeviceMessage> sent = [];
            int next = 0, lastSent = -1;
            foreach (byte step in steps)
            {
                switch (step % 5)
                {
                    case 0 or 1:
                        store.Add(Frame(next++, 50 + step, 100 + step));
                        break;
                    case 2 when store.TrySend(out DeviceMessage? message):
                        Assert.True(message!.AtSeconds > lastSent, "out of order");
                        lastSent = (int)message.AtSeconds;
                        sent.Add(message);
                        break;
                    case 3 when sent.Count > 0:
                        store.Acknowledge(sent[step % sent.Count]);
                        sent.RemoveAt(step % sent.Count);
                        break;
                    case 4 when sent.Count > 0:
                        store.Refuse(sent[0]);
                        sent.RemoveAt(0);
                        break;
                    case 4:
                        store.Lose(step);
                        break;
                }

                DeviceLedger ledger = store.Ledger;
                Assert.True(ledger.IsBalanced, ledger.ToString());
                Assert.True(sent.Count <= options.Window);
                Assert.True(ledger.Stored <= Math.Max(options.Seconds * Rate, sent.Sum(m => m.Samples)), "more seconds than allowed");
            }
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Add_FullBySeconds_DropsTheOldestUnsent()
    {
        DeviceStore store = new(new StoreOptions { Seconds = 3, Window = 1 }, Rate);
        Assert.Equal([0, 0, 0], Enumerable.Range(0, 3).Select(i => store.Add(Frame(i, Rate, 10))));
        Assert.True(store.TrySend(out DeviceMessage? first));
        Assert.Equal(1, store.Add(Frame(3, Rate, 10)));
        Assert.Equal(new DeviceLedger(1000, 0, 750, 250, 0), store.Ledger);

        store.Acknowledge(first!);
        Assert.True(store.TrySend(out DeviceMessage? second));
        Assert.Equal((0, 2), (first!.AtSeconds, second!.AtSeconds));
    }

    [Fact]
    public void Add_FullByBytes_DropsUntilItFits()
    {
        DeviceStore store = new(new StoreOptions { Bytes = 100 }, Rate);
        store.Add(Frame(0, 10, 40));
        store.Add(Frame(1, 10, 40));
        Assert.Equal(2, store.Add(Frame(2, 10, 90)));
        Assert.Equal(new DeviceLedger(30, 0, 10, 20, 0), store.Ledger);
    }

    [Fact]
    public void Add_AllRoomInFlight_DropsTheNewOne()
    {
        DeviceStore store = new(new StoreOptions { Seconds = 1 }, Rate);
        store.Add(Frame(0, Rate, 10));
        Assert.True(store.TrySend(out _));
        Assert.Equal(1, store.Add(Frame(1, Rate, 10)));
        Assert.Equal(new DeviceLedger(500, 0, 250, 250, 0), store.Ledger);
    }

    [Fact]
    public void DropWaiting_LeavesWhatWasSent()
    {
        DeviceStore store = new(new StoreOptions(), Rate);
        for (int i = 0; i < 4; i++)
            store.Add(Frame(i, Rate, 10));
        Assert.True(store.TrySend(out _));
        Assert.Equal(3, store.DropWaiting());
        Assert.Equal(new DeviceLedger(1000, 0, 250, 750, 0), store.Ledger);
        Assert.Equal(1, store.Count);
    }

    private static DeviceMessage Frame(int at, int samples, int bytes)
        => new(InputKind.Frame, at, "ecg/v1/g/s/frame", new byte[bytes], "x", FrameFate.Sent) { Samples = samples };
}
