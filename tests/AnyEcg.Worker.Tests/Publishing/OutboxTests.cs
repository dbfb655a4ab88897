using AnyEcg.Alerts;
using AnyEcg.Mqtt.Tests;

namespace AnyEcg.Worker.Tests;

public sealed class OutboxTests : IDisposable
{
    private readonly Outbox outbox = new(2);

    [Fact]
    public void Rhythm_OutboxFull_IsDroppedAndCounted()
    {
        outbox.Add(Transitions.Rhythm());
        outbox.Add(Transitions.Rhythm());
        outbox.Add(Transitions.Rhythm());

        Assert.Equal(2, outbox.Pending);
        Assert.Equal(1, outbox.RhythmDropped);
    }

    [Fact]
    public async Task Alert_OutboxFull_WaitsForRoom()
    {
        outbox.Add(Transitions.Alert(number: 1));
        outbox.Add(Transitions.Alert(number: 2));
        Task waiting = Task.Run(() => outbox.Add(Transitions.Alert(number: 3)));
        Assert.False(waiting.IsCompleted);

        Assert.True(outbox.TryTake(out OutboxItem first));
        await waiting.WaitAsync(Budget.Token);

        Assert.Equal(1, Number(first));
        Assert.True(outbox.TryTake(out OutboxItem second) && outbox.TryTake(out OutboxItem third) && Number(second) == 2 && Number(third) == 3);
        Assert.Equal(0, outbox.RhythmDropped);
    }

    [Fact]
    public async Task Alert_AfterTheEnd_IsAFaultNotALoss()
    {
        outbox.Complete();
        Assert.False(await outbox.WaitAsync(Budget.Token));
        Assert.Throws<InvalidOperationException>(() => outbox.Add(Transitions.Alert()));
    }

    [Fact]
    public async Task Complete_LeavesWhatIsThereToBeRead()
    {
        outbox.Add(Transitions.Alert());
        outbox.Complete();

        Assert.True(await outbox.WaitAsync(Budget.Token));
        Assert.True(outbox.TryTake(out OutboxItem item));
        Assert.Equal(AlertPhase.Start, item.Alert!.Phase);
        Assert.False(await outbox.WaitAsync(Budget.Token));
    }

    public void Dispose() => outbox.Dispose();

    private static int Number(OutboxItem item) => BitConverter.ToInt32(item.Alert!.AlertId.ToByteArray());
}
