using System.Diagnostics;
using System.Globalization;
using AnyEcg.Tool;

namespace AnyEcg.Benchmarks;

/// <summary>Processor time (user and system) of the receiving process, seconds per million messages; medians of the runs.</summary>
/// <param name="PerSecond">Messages offered a second; null: as many as go through.</param>
/// <param name="Ours">Our client.</param>
/// <param name="OursSystem">Of it, in the kernel.</param>
/// <param name="Peer">libmosquitto.</param>
/// <param name="PeerSystem">Of it, in the kernel.</param>
/// <param name="Ratio">Ours to the peer's: the median of the ratios of runs side by side.</param>
internal sealed record MqttReceiveResult(int? PerSecond, double Ours, double OursSystem, double Peer, double PeerSystem, double Ratio);

/// <summary>
/// Receiving QoS 1 messages of 560 bytes through mosquitto: our client against mosquitto's own C library, the same broker, load and
/// Receive Maximum, alternating. Each receiver is a process of its own, measured after a warm-up.
/// </summary>
internal static class MqttReceivePeer
{
    private const int ReceiveMaximum = 1000, WarmUp = 20_000;

    /// <summary>A run takes some ten seconds; one that hangs is not waited for.</summary>
    private static readonly TimeSpan LongestRun = TimeSpan.FromMinutes(3);

    private static readonly (int? PerSecond, int Messages)[] Loads = [(5_000, 40_000), (20_000, 120_000), (null, 200_000)];

    /// <summary>Measures; null, with the reason printed, where it cannot.</summary>
    /// <param name="runs">Of each receiver at each load.</param>
    /// <param name="print">Gets a line for each load.</param>
    /// <param name="cancel">Ends it.</param>
    public static async Task<IReadOnlyList<MqttReceiveResult>?> RunAsync(int runs, Action<string> print, CancellationToken cancel)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("anyecg-peer");
        try
        {
            string peer = await CompileAsync(folder.FullName, cancel);
            await using SoakBroker broker = await SoakBroker.StartAsync("mosquitto", TimeProvider.System, cancel);
            List<MqttReceiveResult> results = [];
            foreach ((int? perSecond, int messages) in Loads)
            {
                MqttReceiveRuns pairs = new(broker, perSecond, messages);
                for (int run = 0; run < runs; run++)
                    await pairs.AddAsync(peer, cancel);
                results.Add(pairs.Result());
                print(Line(results[^1]));
            }

            return results;
        }
        catch (Exception e) when (e is IOException or System.ComponentModel.Win32Exception)
        {
            print($"MQTT receive: skipped, {e.Message}");
            return null;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string Line(MqttReceiveResult r) => string.Create(
        CultureInfo.InvariantCulture,
        $"MQTT receive, {(r.PerSecond is { } rate ? $"{rate} messages/s" : "flat out")}: ours {r.Ours:F2} s CPU per million ({r.OursSystem:F2} in the kernel), libmosquitto {r.Peer:F2} ({r.PeerSystem:F2}), ratio {r.Ratio:F2}");

    private static async Task<string> CompileAsync(string folder, CancellationToken cancel)
    {
        string program = Path.Combine(folder, "mqtt_receive");
        string source = Path.Combine(AppContext.BaseDirectory, "Peers", "mqtt_receive.c");
        using Process compiler = Process.Start(new ProcessStartInfo("gcc", ["-O2", "-o", program, source, "-lmosquitto"]) { RedirectStandardError = true })!;
        string faults = await compiler.StandardError.ReadToEndAsync(cancel);
        await compiler.WaitForExitAsync(cancel);
        return compiler.ExitCode == 0 ? program : throw new IOException($"gcc and libmosquitto-dev are needed: {faults.Split('\n')[0]}");
    }

    /// <summary>The runs of one load.</summary>
    private sealed class MqttReceiveRuns(SoakBroker broker, int? perSecond, int messages)
    {
        private readonly List<(double Total, double System)> ours = [], peers = [];

        /// <summary>One run of each.</summary>
        public async Task AddAsync(string peer, CancellationToken cancel)
        {
            peers.Add(await OneAsync(peer, [], cancel));
            ours.Add(await OneAsync("dotnet", [typeof(MqttReceivePeer).Assembly.Location, "mqtt-receiver"], cancel));
        }

        public MqttReceiveResult Result() => new(
            perSecond,
            Median(ours.Select(r => r.Total)),
            Median(ours.Select(r => r.System)),
            Median(peers.Select(r => r.Total)),
            Median(peers.Select(r => r.System)),
            Median(ours.Zip(peers, (o, p) => o.Total / p.Total)));

        private static double Median(IEnumerable<double> values)
        {
            double[] sorted = [.. values.Order()];
            return sorted[sorted.Length / 2];
        }

        private async Task<(double Total, double System)> OneAsync(string program, string[] first, CancellationToken cancel)
        {
            using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            limit.CancelAfter(LongestRun);
            try
            {
                return await MeasureAsync(program, first, limit.Token);
            }
            catch (OperationCanceledException e) when (!cancel.IsCancellationRequested)
            {
                throw new IOException($"{program} did not receive all messages in time.", e);
            }
        }

        private async Task<(double Total, double System)> MeasureAsync(string program, string[] first, CancellationToken cancel)
        {
            string[] arguments = [.. first, broker.Host, .. new[] { broker.Port, WarmUp, messages, ReceiveMaximum }.Select(n => n.ToString(CultureInfo.InvariantCulture))];
            ProcessStartInfo info = new(program, arguments) { RedirectStandardOutput = true };

            // As the worker is configured.
            info.Environment["DOTNET_TC_QuickJit"] = "0";
            info.Environment["DOTNET_ThreadPool_UnfairSemaphoreSpinLimit"] = "0";
            using Process receiver = Process.Start(info)!;
            try
            {
                if (await receiver.StandardOutput.ReadLineAsync(cancel) != "ready")
                    throw new IOException($"{Path.GetFileName(program)} could not subscribe.");
                using MqttLoad load = await MqttLoad.ConnectAsync(broker.Host, broker.Port, cancel);
                await load.SendAsync(WarmUp + messages, perSecond, cancel);
                string line = await receiver.StandardOutput.ReadLineAsync(cancel) ?? throw new IOException($"{Path.GetFileName(program)} ended early.");
                await receiver.WaitForExitAsync(cancel);
                double[] micros = [.. line.Split(' ').Select(t => double.Parse(t, CultureInfo.InvariantCulture))];
                return ((micros[0] + micros[1]) / messages, micros[1] / messages);
            }
            finally
            {
                if (!receiver.HasExited)
                    receiver.Kill();
            }
        }
    }
}
