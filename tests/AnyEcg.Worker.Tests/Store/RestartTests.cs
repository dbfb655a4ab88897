using System.Net;
using AnyEcg.Alerts;
using AnyEcg.Mqtt;
using AnyEcg.Mqtt.Tests;
using AnyEcg.Protocol;
using AnyEcg.Store;

namespace AnyEcg.Worker.Tests;

/// <summary>Workers that come after one another over the same database.</summary>
[Collection("running")]
public sealed class RestartTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("anyecg-restart-");

    private string Database => Path.Combine(folder.FullName, "anyecg.db");

    [Fact]
    public async Task Restart_AfterADrain_GoesOnWithoutReadingAgain()
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        await using Device device = await Device.ConnectAsync(broker.Port);
        await device.DescribeAsync();
        await using (RunningWorker first = await StartAsync(broker.Port))
        {
            await device.SendAsync(12);
            await Budget.UntilAsync(() => first.Engine.Snapshot().FramesAccepted == 12);
        }

        await using RunningWorker second = await StartAsync(broker.Port);
        Assert.Equal((1, 0, 0), (Report(second).Streams, Report(second).Inputs, Report(second).Unusable));
        await device.SendAsync(3);
        await Budget.UntilAsync(() => second.Engine.Snapshot().FramesAccepted == 3);
        Assert.Equal(0, second.Engine.Snapshot().SamplesGap);
        Assert.Empty(second.Log.Lines);
    }

    [Fact]
    public async Task Store_ThatFails_AcknowledgesNothingAndGoesOnOnceItCan()
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        await using Device device = await Device.ConnectAsync(broker.Port);
        await device.DescribeAsync();
        await using RunningWorker worker = await StartAsync(broker.Port);
        await device.SendAsync(2);
        await Budget.UntilAsync(() => worker.Engine.Snapshot().FramesAccepted == 2);
        using (Microsoft.Data.Sqlite.SqliteConnection other = new($"Data Source={Database};Pooling=False"))
        {
            other.Open();
            using Microsoft.Data.Sqlite.SqliteCommand command = other.CreateCommand();
            command.CommandText = "BEGIN EXCLUSIVE";
            command.ExecuteNonQuery();
            await device.SendAsync(5);
            await worker.WaitAsync("/healthz/ready", HttpStatusCode.ServiceUnavailable);
            Assert.Equal(HttpStatusCode.OK, await worker.StatusAsync("/healthz/live"));
            Assert.Equal(2, worker.Engine.Snapshot().FramesAccepted);
            Assert.Contains("anyecg_store_healthy 0", await worker.TextAsync("/metrics"), StringComparison.Ordinal);
        }

        await Budget.UntilAsync(() => worker.Engine.Snapshot().FramesAccepted == 7);
        await worker.WaitAsync("/healthz/ready", HttpStatusCode.OK);
    }

    [Fact]
    public async Task Snapshot_OfAnotherLayout_TheStreamBeginsAnewAndItsAlertsAreClosed()
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        RecordingReceiver backend = new();
        await using MqttConnection subscriber = await Clients.ConnectAsync(broker.Port, "backend", backend);
        await subscriber.SubscribeAsync("anyecg/v1/+/+/alert", MqttQos.AtLeastOnce);
        await using Device device = await Device.ConnectAsync(broker.Port);
        await device.DescribeAsync();
        await using (RunningWorker first = await StartAsync(broker.Port))
        {
            await device.SendAsync(12);
            await device.OfflineAsync();
            await Budget.UntilAsync(() => first.Engine.Snapshot() is { FramesAccepted: 12, AlertsStarted: >= 1 });
        }

        Execute("UPDATE snapshot SET format = 'state-0'");
        await using RunningWorker second = await StartAsync(broker.Port);
        Assert.Equal((0, 1), (Report(second).Streams, Report(second).Unusable));
        await device.SendAsync(3);
        await Budget.UntilAsync(() => second.Engine.Snapshot().FramesAccepted == 3);
        await Budget.UntilAsync(() => OpenAlerts() == 0);
        AlertReading? last;
        do
        {
            last = AlertReading.TryParse((await backend.NextAsync()).Payload);
        }
        while (last is not { Kind: AlertKind.DeviceOffline, Phase: AlertPhase.End });
        Assert.Equal((AlertSignal.Off, "worker"), (last.Signal, last.Action?.Operator));
    }

    [Fact]
    public async Task SecondWorker_OnTheSameDatabase_IsRefused()
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        await using RunningWorker first = await StartAsync(broker.Port);
        InvalidDataException refused = await Assert.ThrowsAnyAsync<InvalidDataException>(() => StartAsync(broker.Port));
        Assert.StartsWith("Store: ", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HeldFrames_SurviveUntilTheirDescriptorComes()
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        await using Device device = await Device.ConnectAsync(broker.Port);
        await using (RunningWorker first = await StartAsync(broker.Port))
        {
            await device.SendAsync(3);
            await Budget.UntilAsync(() => first.Get<DescriptorHold>().Pending == 3);
        }

        await device.DescribeAsync();
        await using RunningWorker second = await StartAsync(broker.Port);
        await Budget.UntilAsync(() => second.Engine.Snapshot().FramesAccepted == 3);
        await Budget.UntilAsync(() => Held() == 0);
    }

    public void Dispose() => folder.Delete(recursive: true);

    private static RecoveryReport Report(RunningWorker worker) => worker.Get<Recovery>().Report;

    private void Execute(string sql)
    {
        using Microsoft.Data.Sqlite.SqliteConnection connection = new($"Data Source={Database};Pooling=False");
        connection.Open();
        using Microsoft.Data.Sqlite.SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        Assert.Equal(1, command.ExecuteNonQuery());
    }

    private int OpenAlerts()
    {
        using StoreDatabase database = StoreDatabase.OpenForReading(new StoreOptions { Connection = Database });
        using StoreReader reader = database.OpenReader();
        return reader.OpenAlerts().Count;
    }

    private int Held()
    {
        using StoreDatabase database = StoreDatabase.OpenForReading(new StoreOptions { Connection = Database });
        using StoreReader reader = database.OpenReader();
        return reader.Held().Count;
    }

    private Task<RunningWorker> StartAsync(int port) => RunningWorker.ReadyAsync(port, null, "--Store:Connection", Database);
}
