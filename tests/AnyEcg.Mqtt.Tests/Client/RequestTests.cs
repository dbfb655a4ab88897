using System.Text;

namespace AnyEcg.Mqtt.Tests;

public sealed class RequestTests
{
    private static readonly TimeSpan Long = Budget.Limit;

    [Fact]
    public async Task Request_Answered_ReturnsTheAnswerAndPassesTheRestOn()
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        RecordingReceiver rest = new();
        (MqttConnection client, MqttRequests requests) = Make(broker.Port, rest);
        await using MqttConnection asking = client;
        await asking.StartAsync(Budget.Token);
        await asking.SubscribeAsync("other");
        RecordingReceiver inbox = new();
        await using MqttConnection answering = await Clients.ConnectAsync(broker.Port, "answering", inbox);
        await answering.SubscribeAsync("question/#");
        Task<MqttAnswer>[] answers =
            [.. Enumerable.Range(0, 5).Select(i => requests.RequestAsync($"question/{i}", Encoding.UTF8.GetBytes($"{i}?"), Long, Budget.Token))];
        foreach (Received question in (await inbox.TakeAsync(5)).AsEnumerable().Reverse())
        {
            MqttMessage answer = Clients.Text(question.ResponseTopic!, question.Text + "!") with
            {
                CorrelationData = question.CorrelationData,
                ContentType = "text/plain",
                UserProperties = [new("k", "v")],
            };
            await answering.PublishAsync(answer, Budget.Token);
            await answering.PublishAsync(answer, Budget.Token); // a repeat
        }

        for (int i = 0; i < 5; i++)
        {
            MqttAnswer answer = await answers[i].WaitAsync(Budget.Limit);
            Assert.Equal(($"{i}?!", "text/plain"), (Encoding.UTF8.GetString(answer.Payload.Span), answer.ContentType));
            Assert.Equal(new("k", "v"), Assert.Single(answer.UserProperties));
        }

        await Budget.UntilAsync(() => requests.Unknown == 5);
        await answering.PublishAsync("other", "x");
        Assert.Equal("x", (await rest.NextAsync()).Text);
        Assert.Equal((5, 0, 0), (requests.Answered, requests.TimedOut, rest.Count));
    }

    [Fact]
    public async Task Request_NoAnswer_TimesOutAndTheLateOneIsCounted()
    {
        using ScriptedBroker broker = new();
        (MqttConnection client, MqttRequests requests) = Make(broker.Port, new RecordingReceiver());
        await using MqttConnection asking = client;
        using RawPeer peer = await broker.ConnectAsync(asking, new ConnackPacket { ResponseInformation = "basis/" });
        Task<MqttAnswer> answer = requests.RequestAsync("q", default, TimeSpan.FromMilliseconds(300), Budget.Token);
        SubscribePacket subscribe = SubscribePacket.Parse(await peer.ExpectAsync(PacketType.Subscribe), MqttVersion.V5);
        Assert.Equal("basis/answers/c", Assert.Single(subscribe.Subscriptions).Filter);
        await peer.SendAsync(new SubackPacket(PacketType.Suback, subscribe.PacketId, [MqttReasonCode.GrantedQos1]));
        TimeoutException e = await Assert.ThrowsAsync<TimeoutException>(() => answer.WaitAsync(Budget.Limit));
        Assert.Contains("'q'", e.Message, StringComparison.Ordinal);
        MqttMessage late = Clients.Text("basis/answers/c", "late", MqttQos.AtMostOnce) with { CorrelationData = new byte[16] };
        await peer.SendAsync(new OutgoingPublish(late, 0, false));
        await peer.SendAsync(new OutgoingPublish(late with { CorrelationData = default }, 0, false));
        await Budget.UntilAsync(() => requests.Unknown == 2);
        Assert.Equal((0, 1), (requests.Answered, requests.TimedOut));
    }

    [Fact]
    public async Task Request_WithoutATimeLimit_DoesNotExpireAtOnce()
    {
        using ScriptedBroker broker = new();
        (MqttConnection client, MqttRequests requests) = Make(broker.Port, new RecordingReceiver());
        await using MqttConnection asking = client;
        using RawPeer peer = await broker.ConnectAsync(asking);
        using CancellationTokenSource cancel = new();
        Task<MqttAnswer> answer = requests.RequestAsync("q", default, Timeout.InfiniteTimeSpan, cancel.Token);
        SubscribePacket subscribe = SubscribePacket.Parse(await peer.ExpectAsync(PacketType.Subscribe), MqttVersion.V5);
        await peer.SendAsync(new SubackPacket(PacketType.Suback, subscribe.PacketId, [MqttReasonCode.GrantedQos1]));
        byte[] body = await peer.ExpectAsync(PacketType.Publish);
        Assert.Null(PublishPacket.Parse(0x32, body, MqttVersion.V5).MessageExpiry);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answer);
    }

    [Fact]
    public async Task Request_Cancelled_EndsSo()
    {
        using ScriptedBroker broker = new();
        (MqttConnection client, MqttRequests requests) = Make(broker.Port, new RecordingReceiver());
        await using MqttConnection asking = client;
        using RawPeer peer = await broker.ConnectAsync(asking);
        using CancellationTokenSource cancel = new();
        Task<MqttAnswer> answer = requests.RequestAsync("q", default, Long, cancel.Token);
        await peer.ExpectAsync(PacketType.Subscribe);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answer);
        Assert.Equal(0, requests.TimedOut);
    }

    [Fact]
    public async Task Request_WhereItCannotWork_ThrowsTheReason()
    {
        using ScriptedBroker broker = new();
        (MqttConnection client, MqttRequests requests) = Make(broker.Port, new RecordingReceiver());
        await using MqttConnection asking = client;
        Assert.Equal(MqttReasonCode.ServerUnavailable, await ReasonAsync(requests));
        using RawPeer peer = await broker.ConnectAsync(asking);
        Task<MqttAnswer>[] open = [.. Enumerable.Range(0, 5).Select(_ => requests.RequestAsync("q", default, Long, Budget.Token))];
        Assert.Equal(MqttReasonCode.QuotaExceeded, await ReasonAsync(requests));
        SubscribePacket subscribe = SubscribePacket.Parse(await peer.ExpectAsync(PacketType.Subscribe), MqttVersion.V5);
        await peer.SendAsync(new SubackPacket(PacketType.Suback, subscribe.PacketId, [MqttReasonCode.NotAuthorized]));
        foreach (Task<MqttAnswer> request in open)
            Assert.Equal(MqttReasonCode.NotAuthorized, (await Assert.ThrowsAsync<MqttSubscribeException>(() => request)).ReasonCode);

        // The refusal is not remembered: the next request asks again.
        Task<MqttAnswer> retried = requests.RequestAsync("q", default, Long, Budget.Token);
        await peer.ExpectAsync(PacketType.Subscribe);
        await asking.DisposeAsync();
        await Assert.ThrowsAsync<MqttException>(() => retried);
    }

    [Fact]
    public async Task Request_Over311_IsRefused()
    {
        using ScriptedBroker broker = new();
        (MqttConnection client, MqttRequests requests) = Make(broker.Port, new RecordingReceiver(), MqttVersionChoice.V311);
        await using MqttConnection asking = client;
        using RawPeer peer = await broker.ConnectAsync(asking);
        Assert.Equal(MqttReasonCode.UnsupportedProtocolVersion, await ReasonAsync(requests));
    }

    private static async Task<MqttReasonCode> ReasonAsync(MqttRequests requests) =>
        (await Assert.ThrowsAsync<MqttException>(() => requests.RequestAsync("q", default, Long, Budget.Token))).ReasonCode;

    private static (MqttConnection Client, MqttRequests Requests) Make(
        int port, IMqttReceiver rest, MqttVersionChoice version = MqttVersionChoice.Auto)
    {
        MqttRequests requests = new(rest, new MqttRequestOptions { ResponseTopic = "answers/c", MaxOutstanding = 5 }, TimeProvider.System);
        MqttClientOptions options = Clients.Options(port, "c");
        options.ProtocolVersion = version;
        MqttConnection client = Clients.Make(options, requests);
        requests.Attach(client);
        return (client, requests);
    }
}
