using System.Net;
using System.Net.Sockets;

namespace AnyEcg.Mqtt.Tests;

public sealed class BrokerConnectorTests
{
    /// <summary>The system's resolver can neither be interrupted nor hurried: a stop and ConnectTimeout do not wait for it.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Connect_ResolverNeverAnswers_EndsWithTheBudget(bool ownThread)
    {
        using CancellationTokenSource budget = new();
        TaskCompletionSource<IPAddress[]> lookup = new();
        Task<Stream> connecting = BrokerConnector.ConnectAsync(Options("broker.example", 1883, ownThread), (_, _) => lookup.Task, budget.Token);
        await budget.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting.WaitAsync(Budget.Limit));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Connect_FirstAddressRefuses_TakesTheNext(bool ownThread)
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        await using Stream stream = await BrokerConnector.ConnectAsync(
            Options("broker.example", port, ownThread), (_, _) => Task.FromResult(new[] { IPAddress.IPv6Loopback, IPAddress.Loopback }), Budget.Token);
        using Socket peer = await listener.AcceptSocketAsync(Budget.Token);
        await stream.WriteAsync(new byte[] { 42 }, Budget.Token);
        byte[] received = new byte[1];
        Assert.Equal(1, await peer.ReceiveAsync(received, Budget.Token));
        Assert.Equal(42, received[0]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Connect_LiteralAddress_AsksNoResolver(bool ownThread)
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        await using Stream stream = await BrokerConnector.ConnectAsync(
            Options("127.0.0.1", port, ownThread), (_, _) => throw new InvalidOperationException("asked"), Budget.Token);
        Assert.True(stream.CanWrite);
    }

    private static MqttClientOptions Options(string host, int port, bool ownThread) => new() { Host = host, Port = port, ReceiveOnOwnThread = ownThread };
}
