using System.Collections.Concurrent;
using AnyEcg.Mqtt;
using AnyEcg.Mqtt.Tests;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AnyEcg.Worker.Tests;

/// <summary>Nothing that the worker says, at any level or on any page, holds its password.</summary>
[Collection("running")]
public sealed class SecretsTests
{
    private const string Password = "s3cret-of-the-broker";

    [Fact]
    public async Task Logs_AndPages_NeverHoldThePassword()
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync(new EmbeddedBrokerOptions { Authenticate = (_, user, password) => user == "worker" && password == Password });
        using Everything log = new();
        await using WebApplication app = Make(broker.Port, Password, log);
        await app.StartAsync(Budget.Token);
        using HttpClient http = new() { BaseAddress = new Uri(app.Urls.First()) };
        await Budget.UntilAsync(() => app.Services.GetRequiredService<WorkerHealth>().Ready().Healthy);
        foreach (string page in new[] { "/metrics", "/streams", "/", "/healthz/ready", "/nowhere" })
        {
            using HttpResponseMessage response = await http.GetAsync(new Uri(page, UriKind.Relative), Budget.Token);
            Assert.DoesNotContain(Password, await response.Content.ReadAsStringAsync(Budget.Token) + response.Headers, StringComparison.Ordinal);
        }

        await app.StopAsync(Budget.Token);
        log.AssertSilentOf(Password);
    }

    [Fact]
    public async Task Logs_OfARefusedPassword_DoNotRepeatIt()
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync(new EmbeddedBrokerOptions { Authenticate = (_, _, _) => false });
        using Everything log = new();
        await using WebApplication app = Make(broker.Port, Password, log);
        await app.StartAsync(Budget.Token);
        await Budget.UntilAsync(() => broker.Counters.ConnectionsRefused > 0 || log.Lines.Count > 20);
        await app.StopAsync(Budget.Token);
        log.AssertSilentOf(Password);
    }

    [Fact]
    public async Task Logs_AtTheUsualLevel_NameNoStream()
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        using Everything log = new();
        await using WebApplication app = Make(broker.Port, Password, log);
        await app.StartAsync(Budget.Token);
        await Budget.UntilAsync(() => app.Services.GetRequiredService<WorkerHealth>().Ready().Healthy);
        await using Device device = await Device.ConnectAsync(broker.Port, "patient-4711");
        await device.DescribeAsync();
        await device.SendAsync(3);
        await device.MarkAsync();
        await device.PublishAsync("ecg/v1/ward/patient-4711/frame", [1, 2, 3], Wire.Native);
        await device.PublishAsync("ecg/v1/ward/patient-4711/else", []);
        await Budget.UntilAsync(() => app.Services.GetRequiredService<IngestCounters>() is { Marks: 1 } c && c.RejectedOf("frame") == 1);
        await app.StopAsync(Budget.Token);
        string[] usual = [.. log.Lines.Where(line => !line.StartsWith("Debug", StringComparison.Ordinal) && !line.StartsWith("Trace", StringComparison.Ordinal))];
        Assert.NotEmpty(usual);
        Assert.DoesNotContain(usual, line => line.Contains("4711", StringComparison.Ordinal));
    }

    private static WebApplication Make(int port, string password, Everything log) => WorkerApp.Create(
        ["--Urls", "http://127.0.0.1:0", "--Broker:Url", $"mqtt://127.0.0.1:{port}", "--Logging:LogLevel:Default", "Trace", "--Logging:LogLevel:Microsoft.AspNetCore", "Trace"],
        builder =>
        {
            builder.Configuration.AddInMemoryCollection([new("Broker:UserName", "worker"), new("Broker:Password", password)]);
            builder.Logging.ClearProviders().AddProvider(log);
            builder.Services.AddSingleton(_ => TestModel.Create());
        });

    /// <summary>Every line of every level, with what was put into it.</summary>
    private sealed class Everything : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = new();

        public void AssertSilentOf(string secret)
        {
            Assert.Contains(Lines, line => line.StartsWith(nameof(LogLevel.Debug), StringComparison.Ordinal));
            Assert.DoesNotContain(Lines, line => line.Contains(secret, StringComparison.Ordinal));
        }

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            string values = state is IEnumerable<KeyValuePair<string, object?>> pairs ? string.Join(' ', pairs.Select(p => p.Value)) : "";
            Lines.Enqueue($"{logLevel}: {formatter(state, exception)} {values} {exception}");
        }

        public void Dispose()
        {
            // Nothing is held.
        }
    }
}
