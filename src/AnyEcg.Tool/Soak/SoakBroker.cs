using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using AnyEcg.Mqtt;

namespace AnyEcg.Tool;

/// <summary>The broker of a soak: the embedded one, a mosquitto started for it, or one that runs already.</summary>
internal sealed class SoakBroker : IAsyncDisposable
{
    private static readonly TimeSpan StartBudget = TimeSpan.FromSeconds(20), Poll = TimeSpan.FromMilliseconds(50);

    private readonly EmbeddedBroker? embedded;
    private readonly Process? process;
    private readonly DirectoryInfo? folder;

    private SoakBroker(string host, int port, EmbeddedBroker? embedded = null, Process? process = null, DirectoryInfo? folder = null)
    {
        Host = host;
        Port = port;
        this.embedded = embedded;
        this.process = process;
        this.folder = folder;
    }

    public string Host { get; }

    public int Port { get; }

    /// <summary>Of its process so far; null where it has none of its own here.</summary>
    public double? CpuSeconds
    {
        get
        {
            process?.Refresh();
            return process?.TotalProcessorTime.TotalSeconds;
        }
    }

    /// <exception cref="ArgumentException">Neither a known name nor host:port.</exception>
    /// <exception cref="IOException">mosquitto is not installed or does not start.</exception>
    public static async Task<SoakBroker> StartAsync(string which, TimeProvider time, CancellationToken cancel)
    {
        switch (which)
        {
            case "embedded":
                // Sized as deploy/mosquitto is: an hour without the worker.
                EmbeddedBroker embedded = new(new EmbeddedBrokerOptions { MaxQueuedPerClient = 360_000, MaxQueuedBytesPerClient = 512 << 20 }, time);
                await embedded.StartAsync(cancel);
                return new SoakBroker("127.0.0.1", embedded.Port, embedded);
            case "mosquitto":
                return await StartMosquittoAsync(time, cancel);
            default:
                int colon = which.LastIndexOf(':');
                return colon > 0 && int.TryParse(which.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int port) && port is > 0 and < 65_536
                    ? new SoakBroker(which[..colon], port)
                    : throw new ArgumentException($"--broker must be embedded, mosquitto or host:port, not '{which}'.");
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (embedded is not null)
        {
            await embedded.DisposeAsync();
        }

        if (process is not null)
        {
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }

        folder?.Delete(recursive: true);
    }

    private static async Task<SoakBroker> StartMosquittoAsync(TimeProvider time, CancellationToken cancel)
    {
        string program = $"{Environment.GetEnvironmentVariable("PATH")}:/usr/sbin:/usr/local/sbin"
            .Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Select(path => Path.Combine(path, "mosquitto"))
            .FirstOrDefault(File.Exists) ?? throw new FileNotFoundException("mosquitto is not installed.");
        int port = LoopbackPort.Free();
        DirectoryInfo folder = Directory.CreateTempSubdirectory("anyecg-soak");
        string config = Path.Combine(folder.FullName, "mosquitto.conf");

        // The queue limits of deploy/mosquitto; nothing on disk.
        string[] settings =
        [
            string.Create(CultureInfo.InvariantCulture, $"listener {port} 127.0.0.1"),
            "allow_anonymous true",
            "persistence false",
            "max_queued_messages 360000",
            "max_queued_bytes 536870912",
            "max_inflight_messages 0",
            "log_dest none",
        ];
        await File.WriteAllLinesAsync(config, settings, cancel);
        Process process = Process.Start(new ProcessStartInfo(program, ["-c", config]))!;
        SoakBroker broker = new("127.0.0.1", port, process: process, folder: folder);
        try
        {
            await WaitUntilAcceptingAsync(broker, time, cancel);
            return broker;
        }
        catch
        {
            await broker.DisposeAsync();
            throw;
        }
    }

    private static async Task WaitUntilAcceptingAsync(SoakBroker broker, TimeProvider time, CancellationToken cancel)
    {
        long start = time.GetTimestamp();
        while (true)
        {
            try
            {
                using TcpClient client = new();
                await client.ConnectAsync(broker.Host, broker.Port, cancel);
                return;
            }
            catch (SocketException e)
            {
                if (broker.process!.HasExited || time.GetElapsedTime(start) > StartBudget)
                {
                    throw new IOException("mosquitto does not start.", e);
                }

                await Task.Delay(Poll, time, cancel);
            }
        }
    }
}
