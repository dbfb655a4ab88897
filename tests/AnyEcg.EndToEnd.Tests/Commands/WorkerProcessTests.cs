using System.Diagnostics;
using System.Globalization;
using AnyEcg.Mqtt;
using AnyEcg.Mqtt.Tests;
using AnyEcg.Protocol;

namespace AnyEcg.EndToEnd.Tests;

/// <summary>The worker as a supervisor runs it.</summary>
[Collection(WholeSystem.Name)]
public sealed class WorkerProcessTests
{
    [Fact]
    public async Task Worker_BadSettings_NamesThemAllAndEndsWithTwo()
    {
        using Process worker = Start("--Broker:Port", "0", "--Engine:MaxBatch", "0");
        string error = await worker.StandardError.ReadToEndAsync(Budget.Token);
        await worker.WaitForExitAsync(Budget.Token);

        Assert.Equal(2, worker.ExitCode);
        Assert.Contains("Broker:Port", error, StringComparison.Ordinal);
        Assert.Contains("Engine:MaxBatch", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Worker_NoModel_SaysSoAndEndsWithOne()
    {
        using Process worker = Start("--Engine:Model", "models/none");
        string error = await worker.StandardError.ReadToEndAsync(Budget.Token);
        await worker.WaitForExitAsync(Budget.Token);

        Assert.Equal(1, worker.ExitCode);
        Assert.Contains("manifest.json", error, StringComparison.Ordinal);
    }

    [ReleasedModelFact]
    public async Task Worker_CudaDemandedOfACardThatIsNotThere_SaysWhyAndEndsWithOne()
    {
        using Process worker = Start("--Engine:Device", "cuda", "--Engine:CudaDevice", "63", "--Store:Connection", "none");
        string error = await worker.StandardError.ReadToEndAsync(Budget.Token);
        await worker.WaitForExitAsync(Budget.Token);

        Assert.Equal(1, worker.ExitCode);
        Assert.StartsWith("Engine:Device = cuda", error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    [ReleasedModelFact]
    public async Task Worker_Terminated_DrainsAndEndsWithZero()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        RecordingReceiver backend = new();
        await using MqttConnection subscriber = await Clients.ConnectAsync(broker.Port, "backend", backend);
        await subscriber.SubscribeAsync("anyecg/v1/_worker/+/status", MqttQos.AtMostOnce);
        using Process worker = Start("--Broker:Port", broker.Port.ToString(CultureInfo.InvariantCulture));
        Task<string> output = worker.StandardOutput.ReadToEndAsync(Budget.Token);
        try
        {
            await StateAsync(backend, WorkerState.Up);
            using Process kill = Process.Start("kill", ["-TERM", worker.Id.ToString(CultureInfo.InvariantCulture)]);
            await worker.WaitForExitAsync(Budget.Token);
            await StateAsync(backend, WorkerState.Down);
        }
        finally
        {
            if (!worker.HasExited)
            {
                worker.Kill();
            }
        }

        Assert.True(worker.ExitCode == 0, await output);
        Assert.Equal(0, broker.Counters.WillsPublished);
    }

    private static Process Start(params string[] args) => Process.Start(
        new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "AnyEcg.Worker.dll"), "--Urls", "http://127.0.0.1:0", .. args])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;

    private static async Task StateAsync(RecordingReceiver backend, WorkerState wanted)
    {
        WorkerStatus? status;
        do
        {
            Received message = await backend.NextAsync();
            Assert.Equal(DocumentRejection.None, WorkerStatus.TryParse(message.Payload, out status));
        }
        while (status!.State != wanted);
    }
}
