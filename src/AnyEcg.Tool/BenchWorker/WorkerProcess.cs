using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace AnyEcg.Tool;

/// <summary>The worker as a process of its own, seen from outside: its pages and what the system says of it.</summary>
internal sealed class WorkerProcess : IDisposable
{
    private const int Page = 500;
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);

    private readonly Process process;
    private readonly HttpClient http;
    private readonly TimeProvider time;

    private WorkerProcess(Process process, int port, TimeProvider time)
    {
        this.process = process;
        this.time = time;
        http = new HttpClient { BaseAddress = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}")) };
    }

    /// <summary>Starts the worker that lies beside this program.</summary>
    /// <param name="settings">Its command line, without the address of its pages.</param>
    /// <param name="log">Takes what it prints.</param>
    /// <param name="time">Clock of the waiting.</param>
    public static WorkerProcess Start(IReadOnlyList<string> settings, TextWriter log, TimeProvider time)
    {
        int port = LoopbackPort.Free();
        string worker = Path.Combine(AppContext.BaseDirectory, "AnyEcg.Worker.dll");
        string url = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}");
        ProcessStartInfo start = new("dotnet", [worker, "--Urls", url, .. settings]) { RedirectStandardOutput = true, RedirectStandardError = true };
        Process process = Process.Start(start) ?? throw new IOException("The worker does not start.");
        DataReceivedEventHandler print = (_, line) =>
        {
            if (!string.IsNullOrEmpty(line.Data))
            {
                log.WriteLine("worker: " + line.Data);
            }
        };
        process.OutputDataReceived += print;
        process.ErrorDataReceived += print;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return new WorkerProcess(process, port, time);
    }

    /// <summary>Waits until it is connected and subscribed.</summary>
    /// <exception cref="TimeoutException">It is not in time.</exception>
    /// <exception cref="IOException">It has ended.</exception>
    public Task ReadyAsync(TimeSpan patience, CancellationToken cancel) => UntilAsync("ready", IsReadyAsync, patience, cancel);

    /// <summary>Waits until its counters say so.</summary>
    /// <inheritdoc cref="ReadyAsync"/>
    public Task UntilAsync(string what, Func<WorkerReading, bool> holds, TimeSpan patience, CancellationToken cancel) =>
        UntilAsync(what, async () => holds(await ReadAsync(cancel)), patience, cancel);

    public async Task<WorkerReading> ReadAsync(CancellationToken cancel) =>
        WorkerReading.Parse(await http.GetStringAsync(new Uri("/metrics", UriKind.Relative), cancel));

    public async Task<BenchSample> SampleAsync(CancellationToken cancel)
    {
        WorkerReading metrics = await ReadAsync(cancel);
        process.Refresh();
        double now = time.GetTimestamp() / (double)time.TimestampFrequency;
        return new BenchSample(now, process.TotalProcessorTime.TotalSeconds, process.WorkingSet64, Load(), metrics);
    }

    /// <summary>Of every stream its newest judged second: when it began at the device, and when its last sample was received.</summary>
    public async Task<IReadOnlyList<(DateTimeOffset Began, DateTimeOffset Received)>> NewestAsync(CancellationToken cancel)
    {
        Dictionary<string, (DateTimeOffset, DateTimeOffset)> newest = new(StringComparer.Ordinal);
        for (int skip = 0, total = 1; skip < total; skip += Page)
        {
            Uri page = new(string.Create(CultureInfo.InvariantCulture, $"/streams?skip={skip}&limit={Page}"), UriKind.Relative);
            using JsonDocument document = JsonDocument.Parse(await http.GetByteArrayAsync(page, cancel));
            total = document.RootElement.GetProperty("total").GetInt32();
            foreach (JsonElement stream in document.RootElement.GetProperty("streams").EnumerateArray())
            {
                if (stream.TryGetProperty("secondTime", out JsonElement began))
                {
                    newest[stream.GetProperty("stream").GetString()!] = (began.GetDateTimeOffset(), stream.GetProperty("receivedTime").GetDateTimeOffset());
                }
            }
        }

        return [.. newest.Values];
    }

    /// <summary>Ends it as a power cut would (SIGKILL), and waits until it is gone.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    public void Dispose()
    {
        http.Dispose();
        if (!process.HasExited)
        {
            process.Kill();
            process.WaitForExit();
        }

        process.Dispose();
    }

    private static double? Load() => OperatingSystem.IsLinux()
        ? double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture)
        : null;

    private async Task<bool> IsReadyAsync()
    {
        using HttpResponseMessage answer = await http.GetAsync(new Uri("/healthz/ready", UriKind.Relative));
        return answer.IsSuccessStatusCode;
    }

    private async Task UntilAsync(string what, Func<Task<bool>> holds, TimeSpan patience, CancellationToken cancel)
    {
        long started = time.GetTimestamp();
        while (!await TryAsync(holds))
        {
            if (process.HasExited)
            {
                throw new IOException($"The worker has ended with {process.ExitCode.ToString(CultureInfo.InvariantCulture)}.");
            }

            if (time.GetElapsedTime(started) > patience)
            {
                throw new TimeoutException($"The worker is not {what} after {patience.TotalSeconds.ToString("0", CultureInfo.InvariantCulture)} s.");
            }

            await Task.Delay(Poll, time, cancel);
        }
    }

    /// <summary>Before it listens there is no answer.</summary>
    private static async Task<bool> TryAsync(Func<Task<bool>> holds)
    {
        try
        {
            return await holds();
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
