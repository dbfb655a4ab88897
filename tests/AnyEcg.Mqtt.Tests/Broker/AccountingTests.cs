using FsCheck;
using FsCheck.Fluent;

namespace AnyEcg.Mqtt.Tests;

/// <summary>Whatever clients do: every pair of message and subscriber ends in exactly one counter.</summary>
public sealed class AccountingTests
{
    private static readonly string[] Filters = ["a", "#", "a/+", "$share/g/#", "$share/g/a", "$share/h/+"];
    private static readonly string[] Topics = ["a", "b", "a/b"];

    private static Gen<Step> AnyStep =>
        from kind in Gen.Frequency((2, Gen.Constant(0)), (1, Gen.Constant(1)), (3, Gen.Constant(2)), (1, Gen.Constant(3)), (8, Gen.Constant(4)), (4, Gen.Constant(5)), (1, Gen.Constant(6)))
        from client in Gen.Choose(0, 3)
        from choice in Gen.Choose(0, 5)
        from number in Gen.Choose(0, 30)
        from qos in Gen.Elements(Enum.GetValues<MqttQos>())
        select new Step(kind, client, choice, number, qos);

    [Fact]
    public void Deliveries_AnythingClientsDo_AreCountedOnce()
    {
        long[] reached = new long[8];
        Generators.Check(AnyStep.ListOf(120), steps => AssertBalance(Run(steps), reached), tests: 400);
        Assert.DoesNotContain(0, reached);
    }

    private static BrokerCounters Run(IEnumerable<Step> steps)
    {
        FakeTime time = new();
        BrokerContext context = new(new EmbeddedBrokerOptions { MaxQueuedPerClient = 6 }, time);
        BrokerCore core = new(context);
        CoreClient[] clients = [.. Enumerable.Range(0, 4).Select(i => new CoreClient(core, context, $"{i}"))];
        foreach (Step step in steps)
            Take(step, clients[step.Client], time, core);
        foreach (CoreClient client in clients)
            client.Break();
        time.Advance(TimeSpan.FromDays(2));
        core.Maintain();
        Assert.Equal(0, core.SessionCount);
        return context.Counters;
    }

    private static void Take(Step step, CoreClient client, FakeTime time, BrokerCore core)
    {
        switch (step.Kind)
        {
            case 0:
                client.Connect((uint)step.Number, step.Number % 5 == 0, (ushort)(1 + step.Choice), step.Choice == 0 ? 60u : uint.MaxValue);
                break;
            case 1:
                client.Break();
                break;
            case 2:
                client.Subscribe(Filters[step.Choice], step.Qos);
                break;
            case 3:
                client.Unsubscribe(Filters[step.Choice]);
                break;
            case 4:
                TimeSpan? expiry = step.Number % 4 == 0 ? TimeSpan.FromSeconds(step.Number) : null;
                MqttMessage message = Clients.Text(Topics[step.Choice % 3], new string('x', 4 * step.Number), step.Qos, retain: step.Number % 7 == 0);
                client.Publish(message with { MessageExpiry = expiry });
                break;
            case 5:
                client.ReadAndAnswer();
                break;
            default:
                time.Advance(TimeSpan.FromSeconds(step.Number));
                core.Maintain();
                break;
        }
    }

    /// <summary>Matched is the sum of all that can become of a delivery; <paramref name="reached"/> adds up what the runs came to see of each.</summary>
    private static void AssertBalance(BrokerCounters counters, long[] reached)
    {
        long[] ends =
        [
            counters.DeliveriesSent, counters.DroppedQueueFull, counters.DroppedSlowClient, counters.DroppedOffline,
            counters.DroppedExpired, counters.DroppedTooLarge, counters.DroppedSessionEnded, counters.DeliveriesMoved,
        ];
        Assert.Equal(counters.DeliveriesMatched, ends.Sum());
        for (int i = 0; i < ends.Length; i++)
            reached[i] += ends[i];
    }

    internal sealed record Step(int Kind, int Client, int Choice, int Number, MqttQos Qos);
}
