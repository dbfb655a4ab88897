using System.CommandLine;
using AnyEcg.Mqtt;
using AnyEcg.Recordings;

namespace AnyEcg.Simulator;

/// <summary>The command line of the simulator. Exit codes: 0 done, 1 failed, 2 bad usage, a bad scenario or a file that is not there.</summary>
internal sealed class SimulatorCommand
{
    /// <summary>Written of a device whose source has no end, where nothing else says how much.</summary>
    private const double WrittenSeconds = 3_600;

    private readonly SimulatorOptions options = new();
    private readonly RootCommand root = new(
        "Simulates ECG devices over MQTT, from recordings or a model, with faults. Exit codes: 0 done, 1 failed, 2 bad usage, a bad scenario or a file that is not there.");

    public SimulatorCommand() => options.AddTo(root);

    /// <summary>Parses and runs.</summary>
    public async Task<int> RunAsync(string[] args, TextWriter output, TextWriter error, TimeProvider time)
    {
        ParseResult parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
            return BadUsage(error, parsed.Errors.Select(e => e.Message));

        root.SetAction((result, cancellationToken) => RunAsync(result, output, error, time, cancellationToken));
        return await root.Parse(args).InvokeAsync(new InvocationConfiguration { Output = output, Error = error }).ConfigureAwait(false);
    }

    private async Task<int> RunAsync(ParseResult parsed, TextWriter output, TextWriter error, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            List<string> faults = [];
            FleetOptions fleet = options.Read(parsed, faults);
            faults.AddRange(fleet.Validate());
            if (faults.Count > 0)
                return BadUsage(error, faults.Distinct());
            (string? folder, bool only) = options.Write(parsed);
            if (folder is not null)
                await WriteAsync(fleet, folder, output, time, cancellationToken).ConfigureAwait(false);
            return only ? 0 : await PlayAsync(fleet, output, error, time, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or ScenarioException or InvalidDataException)
        {
            return BadUsage(error, [e.Message]);
        }
        catch (Exception e) when (e is RecordingFormatException or IOException or UnauthorizedAccessException or TimeoutException or MqttException or InvalidOperationException)
        {
            await error.WriteLineAsync(e.Message).ConfigureAwait(false);
            return 1;
        }
        catch (OperationCanceledException)
        {
            return 0;
        }
    }

    private static async Task<int> PlayAsync(FleetOptions options, TextWriter output, TextWriter error, TimeProvider time, CancellationToken cancellationToken)
    {
        await using SimulatedFleet fleet = new(options, time);
        ProgressLine progress = new(fleet, error, !Console.IsErrorRedirected, time);
        long start = time.GetTimestamp();
        await progress.DuringAsync(() => fleet.RunAsync(cancellationToken)).ConfigureAwait(false);
        await output.WriteLineAsync(progress.Text(time.GetElapsedTime(start))).ConfigureAwait(false);
        return fleet.Counters.Sent == 0 && fleet.Counters.Failed > 0 ? 1 : 0;
    }

    private static async Task WriteAsync(FleetOptions options, string folder, TextWriter output, TimeProvider time, CancellationToken cancellationToken)
    {
        RecordingShelf shelf = new();
        for (int i = 0; i < options.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            SimulatedDeviceOptions device = options.DeviceAt(i);
            bool endless = device.Synthetic is { Repeat: true };
            double speed = double.IsFinite(device.Speed) ? device.Speed : 1;
            using SimulatedDevice written = new(device with { FirstEpoch = device.FirstEpoch ?? 1 }, time, shelf);
            RecordFiles.Write(written, folder, options.Duration?.TotalSeconds * speed ?? (endless ? WrittenSeconds : 1e8));
        }

        await output.WriteLineAsync($"{options.Count} records written into {folder}").ConfigureAwait(false);
    }

    private static int BadUsage(TextWriter error, IEnumerable<string> faults)
    {
        foreach (string fault in faults)
            error.WriteLine(fault);
        error.WriteLine("See --help.");
        return 2;
    }
}
