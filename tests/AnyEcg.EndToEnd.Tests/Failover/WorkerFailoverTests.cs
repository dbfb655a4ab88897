using System.Net;
using AnyEcg.Alerts;
using AnyEcg.Engine;
using AnyEcg.Model;
using AnyEcg.Model.Tests;
using AnyEcg.Mqtt;
using AnyEcg.Mqtt.Tests;
using AnyEcg.Protocol;
using AnyEcg.Worker;
using AnyEcg.Worker.Tests;

namespace AnyEcg.EndToEnd.Tests;

/// <summary>A whole worker whose device is lost: it says so on every way, goes on, and is not restarted.</summary>
[Collection(WholeSystem.Name)]
public sealed class WorkerFailoverTests
{
    [Fact]
    public async Task DeviceLost_TheWorkerSaysSoAndGoesOn()
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        RecordingReceiver backend = new();
        await using MqttConnection subscriber = await Clients.ConnectAsync(broker.Port, "backend", backend);
        await subscriber.SubscribeAsync("anyecg/v1/_worker/+/alert");
        FaultyRunner device = new(TestModel.Create());
        await using RunningWorker worker = await RunningWorker.ReadyAsync(broker.Port, () => new FailoverRunner(device, TestModel.Create));
        await using Device bed = await Device.ConnectAsync(broker.Port);
        await bed.DescribeAsync();
        await bed.SendAsync(5);
        await Budget.UntilAsync(() => worker.Engine.Snapshot().PatchesScored >= 4);
        Assert.Contains("anyecg_engine_device{engine=\"cuda\"} 1\n", await worker.TextAsync("/metrics"), StringComparison.Ordinal);

        device.Fails = nameof(IModelRunner.Step);
        await bed.SendAsync(5);
        AlertReading alert = AlertReading.TryParse((await backend.NextAsync()).Payload)!;
        await Budget.UntilAsync(() => worker.Engine.Snapshot().PatchesScored >= 9);

        Assert.Equal((AlertKind.EngineDegraded, AlertPhase.Start, AlertPriority.Medium), (alert.Kind, alert.Phase, alert.Priority));
        Assert.Equal($"cuda failed ({FaultyRunner.Message}); running on cpu until restart, 1 streams listened to anew, 0 of them without room there", alert.Limit);
        Assert.Equal(0, worker.Engine.Snapshot().PatchesSkipped);
        string metrics = await worker.TextAsync("/metrics");
        Assert.Contains("anyecg_engine_device{engine=\"cpu\"} 1\n", metrics, StringComparison.Ordinal);
        Assert.Contains("anyecg_engine_runner_faults_total 1\n", metrics, StringComparison.Ordinal);
        Assert.Contains("anyecg_rings_lost_total 1\n", metrics, StringComparison.Ordinal);
        Assert.Contains("degraded: cuda failed", await worker.TextAsync("/healthz/ready"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, await worker.StatusAsync("/healthz/live"));
        Assert.Equal(0, Environment.ExitCode);
        Assert.Equal("cpu", await EngineOfAsync(broker.Port, "cpu"));
    }

    /// <summary>The worker as it is shipped, with settings alone: the released network on an emulated card that is lost in the middle.</summary>
    [CudaEmulatorFact]
    public async Task EmulatedCardLost_TheShippedWorkerGoesOnAndTheNextOneEndsTheAlert()
    {
        using CudaEmulator card = CudaEmulator.Open();
        string[] settings =
        [
            "--Engine:Device", "cuda", "--Engine:CudaLibraries:0", card.Folder, "--Engine:KernelCache", card.Folder, "--Engine:MaxLeads", "16", "--Engine:MaxBatch", "16",
        ];
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        RecordingReceiver backend = new();
        await using MqttConnection subscriber = await Clients.ConnectAsync(broker.Port, "backend", backend);
        await subscriber.SubscribeAsync("anyecg/v1/_worker/+/alert");
        await using Device bed = await Device.ConnectAsync(broker.Port);
        AlertReading alert;
        await using (RunningWorker worker = await RunningWorker.StartAsync(broker.Port, _ => { }, settings))
        {
            await worker.WaitAsync("/healthz/ready", HttpStatusCode.OK);
            await bed.DescribeAsync();
            await bed.SendAsync(4);
            await Budget.UntilAsync(() => worker.Engine.Snapshot() is { RunnerEngine: "cuda", PatchesScored: >= 3 });

            card.Lose(700);
            await bed.SendAsync(4);
            alert = AlertReading.TryParse((await backend.NextAsync()).Payload)!;
            await Budget.UntilAsync(() => worker.Engine.Snapshot() is { RunnerEngine: "cpu", PatchesScored: >= 7 });
            Assert.Equal((AlertKind.EngineDegraded, AlertPhase.Start), (alert.Kind, alert.Phase));
            Assert.Contains("700", alert.Limit, StringComparison.Ordinal);
            Assert.Equal((0L, 1L), (worker.Engine.Snapshot().PatchesSkipped, worker.Engine.Snapshot().RingsLost));
        }

        await using RunningWorker next = await RunningWorker.StartAsync(broker.Port, _ => { }, "--Engine:Device", "cpu");
        AlertReading end = AlertReading.TryParse((await backend.NextAsync()).Payload)!;
        Assert.Equal((alert.AlertId, AlertPhase.End, 2), (end.AlertId, end.Phase, end.Revision));
    }

    /// <summary>A card that lets itself be opened and refuses to work: told like one that fails later, and not taken for an all-clear after a restart.</summary>
    [CudaEmulatorFact]
    public async Task EmulatedCardDefectiveAtTheStart_TheShippedWorkerRunsOnTheCpuAndSaysSo()
    {
        using CudaEmulator card = CudaEmulator.Open();
        card.Fail("cuLaunchKernel", 719);
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        RecordingReceiver backend = new();
        await using MqttConnection subscriber = await Clients.ConnectAsync(broker.Port, "backend", backend);
        await subscriber.SubscribeAsync("anyecg/v1/_worker/+/alert");
        await using RunningWorker worker = await RunningWorker.StartAsync(
            broker.Port, _ => { }, "--Engine:CudaLibraries:0", card.Folder, "--Engine:KernelCache", card.Folder, "--Engine:MaxLeads", "16", "--Engine:MaxBatch", "16");

        AlertReading alert = AlertReading.TryParse((await backend.NextAsync()).Payload)!;
        Assert.Equal((AlertKind.EngineDegraded, AlertPhase.Start), (alert.Kind, alert.Phase));
        Assert.StartsWith("cuda failed (The CUDA engine cannot be made. ", alert.Limit, StringComparison.Ordinal);
        Assert.EndsWith("running on cpu until restart", alert.Limit, StringComparison.Ordinal);
        await worker.WaitAsync("/healthz/ready", HttpStatusCode.OK);
        Assert.Contains("degraded: cuda failed", await worker.TextAsync("/healthz/ready"), StringComparison.Ordinal);
        Assert.Contains("anyecg_engine_runner_faults_total 1\n", await worker.TextAsync("/metrics"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task DeviceLostAndNoMemoryForTheCpu_TheWorkerIsNotReadyAndStaysAlive()
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        FaultyRunner device = new(TestModel.Create());
        await using RunningWorker worker = await RunningWorker.ReadyAsync(
            broker.Port, () => new FailoverRunner(device, () => throw new InsufficientMemoryException()));
        await using Device bed = await Device.ConnectAsync(broker.Port);
        await bed.DescribeAsync();
        device.Fails = nameof(IModelRunner.Step);
        await bed.SendAsync(5);

        await worker.WaitAsync("/healthz/ready", HttpStatusCode.ServiceUnavailable);
        await Budget.UntilAsync(() => worker.Engine.Snapshot().PatchesSkipped >= 4);
        Assert.EndsWith("; nothing runs the network until restart, 1 streams are judged without it", DegradationWatch.Describe(worker.Engine), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, await worker.StatusAsync("/healthz/live"));
        Assert.Equal(0, worker.Engine.Snapshot().PatchesScored);
    }

    /// <summary>What the retained status says the worker runs on, as soon as that is what is wanted.</summary>
    private static async Task<string?> EngineOfAsync(int port, string wanted)
    {
        RecordingReceiver receiver = new();
        await using MqttConnection client = await Clients.ConnectAsync(port, "operator", receiver);
        await client.SubscribeAsync("anyecg/v1/_worker/+/status");
        WorkerStatus? status;
        do
        {
            Assert.Equal(DocumentRejection.None, WorkerStatus.TryParse((await receiver.NextAsync()).Payload, out status));
        }
        while (status!.Engine != wanted);

        return status.Engine;
    }
}
