namespace AnyEcg.Mqtt.Conformance.Tests;

/// <summary>
/// A client whose connection is cut while its publishes wait for every kind of answer, and while it holds messages that it has not
/// acknowledged; it comes back and finishes all of it.
/// </summary>
internal static class ResumeScenario
{
    public const string Client = "resume";

    /// <summary>The 3.1.1 client leaves its session behind, which must not be in the way of the other version.</summary>
    public const string Client311 = "resume311";
    private const string Out = "resumed/out";

    public static async Task<Tape> RecordAsync(ScenarioSettings settings)
    {
        await using Wiretap tap = new(settings.BrokerPort);
        MqttClientOptions options = settings.Options(tap.Port, settings.IsV5 ? Client : Client311);
        options.SessionExpiry = TimeSpan.FromMinutes(5);
        (MqttConnection client, AckingReceiver receiver) = await AckingReceiver.ConnectAsync(options);
        await using MqttConnection end = client;
        string topic = In(settings);
        MqttQos highest = settings.HasQos2 ? MqttQos.ExactlyOnce : MqttQos.AtLeastOnce;
        await client.SubscribeAsync(topic, highest);

        receiver.Hold = true;
        await SendToAsync(settings, tap, highest);
        await receiver.HasAsync(m => m.Topic == topic, 4);
        Task waiting = await PublishUnansweredAsync(tap, client, settings.HasQos2);

        tap.Swallow = (_, _) => false;
        tap.Cut();
        await waiting;
        await client.PublishAsync(Out, "after", MqttQos.AtLeastOnce);
        int second = tap.Tape.ConnectionsOf(options.ClientId)[1];
        await tap.Tape.WaitAsync(
            e => e is { FromClient: false, Packet: WirePublish { Qos: 1 } } && e.Connection == second, settings.HasQos2 ? 2 : 4);
        receiver.ReleaseBackwards();
        await AcknowledgedAsync(tap.Tape, options.ClientId);
        await client.StopAsync(keepSession: !settings.IsV5, Budget.Token);
        return tap.Tape;
    }

    private static string In(ScenarioSettings settings) => $"resumed/in/{settings.Version}";

    /// <summary>Publishes that the broker takes, but whose answers do not arrive: a PUBCOMP, then PUBACKs and PUBRECs.</summary>
    private static async Task<Task> PublishUnansweredAsync(Wiretap tap, MqttConnection client, bool hasQos2)
    {
        List<Task> waiting = [];
        if (hasQos2)
        {
            tap.Swallow = (fromClient, packet) => !fromClient && packet.Type == WireType.Pubcomp;
            waiting.Add(client.PublishAsync(Out, "released", MqttQos.ExactlyOnce));
            await tap.Tape.WaitAsync(e => e.Swallowed);
        }

        tap.Swallow = (fromClient, packet) => !fromClient && packet.Type is WireType.Puback or WireType.Pubrec or WireType.Pubcomp;
        int before = tap.Tape.Entries.Count(e => e.Swallowed);
        for (int i = 0; i < 4; i++)
            waiting.Add(client.PublishAsync(Out, $"unanswered {i}", hasQos2 && i % 2 == 1 ? MqttQos.ExactlyOnce : MqttQos.AtLeastOnce));
        await tap.Tape.WaitAsync(e => e.Swallowed, before + 4);
        return Task.WhenAll(waiting);
    }

    private static async Task SendToAsync(ScenarioSettings settings, Wiretap tap, MqttQos highest)
    {
        MqttClientOptions options = settings.Options(tap.Port, "resumepub");
        options.CleanStart = true;
        options.SessionExpiry = TimeSpan.Zero;
        await using MqttConnection publisher = await Clients.ConnectAsync(options);
        for (int i = 0; i < 4; i++)
            await publisher.PublishAsync(In(settings), $"message {i}", i % 2 == 0 ? MqttQos.AtLeastOnce : highest);
        await publisher.StopAsync(keepSession: false, Budget.Token);
    }

    /// <summary>Waits until every repeated delivery is acknowledged on the second connection.</summary>
    private static Task AcknowledgedAsync(Tape tape, string clientId) => tape.UntilAsync(() =>
    {
        List<TapeEntry> entries = tape.Of(tape.ConnectionsOf(clientId)[^1]);
        IEnumerable<int> delivered = entries.Where(e => !e.FromClient).Select(e => e.Packet).OfType<WirePublish>().Select(p => p.Id);
        HashSet<int> finished = [.. entries.Where(e => e.FromClient).Select(e => e.Packet).OfType<WireAck>()
            .Where(a => a.Type is WireType.Puback or WireType.Pubrec).Select(a => a.Id)];
        return delivered.All(finished.Contains);
    });
}
