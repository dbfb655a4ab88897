using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using AnyEcg.Mqtt.Tests;

namespace AnyEcg.EndToEnd.Tests;

/// <summary>The worker as a process of its own, with a store: one life of it.</summary>
internal sealed partial class WorkerProcess : IAsyncDisposable
{
    /// <summary>For one start or end of a worker on a busy machine.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);

    private readonly Process process;
    private readonly HttpClient http = new() { Timeout = Patience };
    private readonly ConcurrentQueue<string> output = new();

    private WorkerProcess(Process process, int port)
    {
        this.process = process;
        http.BaseAddress = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"));
        process.OutputDataReceived += (_, line) => Append(line.Data);
        process.ErrorDataReceived += (_, line) => Append(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>What it wrote so far.</summary>
    public string Output => string.Join('\n', output);

    /// <summary>Inputs that it read again at its start; 0 when it did not come so far.</summary>
    public int InputsReplayed => RecoveredLine().Match(Output) is { Success: true } match ? int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture) : 0;

    /// <summary>What it logged as an error or worse, each in one line.</summary>
    public IReadOnlyList<string> Errors
    {
        get
        {
            string[] lines = [.. output];
            return [.. lines.Where((_, i) => i > 0 && lines[i - 1] is ['f', 'a', 'i', 'l', ':', ..] or ['c', 'r', 'i', 't', ':', ..])];
        }
    }


    /// <summary>Once it has exited.</summary>
    public int ExitCode => process.ExitCode;

    /// <param name="brokerPort">Where its broker is.</param>
    /// <param name="database">File of its store.</param>
    /// <param name="crashPoint">Where it is to kill itself, <c>name:n</c>; null: nowhere.</param>
    public static WorkerProcess Start(int brokerPort, string database, string? crashPoint = null)
    {
        int port = MosquittoServer.FreePort();
        string[] settings =
        [
            "--Urls", string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"),
            "--Worker:Id", "crash",
            "--Worker:DrainSeconds", "120",
            "--Broker:Port", brokerPort.ToString(CultureInfo.InvariantCulture),
            "--Engine:Model", Released.Folder,
            "--Engine:MaxLeads", "256",
            "--Store:Connection", database,
            "--Store:SnapshotSeconds", "5",
        ];
        ProcessStartInfo info = new("dotnet", [Path.Combine(AppContext.BaseDirectory, "AnyEcg.Worker.dll"), .. settings])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (crashPoint is not null)
            info.Environment["ANYECG_CRASH_POINT"] = crashPoint;
        return new WorkerProcess(Process.Start(info)!, port);
    }

    /// <summary>Waits until it takes messages; throws, with what it wrote, when it ends before.</summary>
    public async Task ReadyAsync()
    {
        if (!await ReadyOrGoneAsync())
            throw new InvalidOperationException($"The worker ended with {process.ExitCode} before it was ready:\n{Output}");
    }

    /// <summary>Waits until it takes messages, or has ended: then false.</summary>
    public async Task<bool> ReadyOrGoneAsync()
    {
        using CancellationTokenSource limit = new(Patience, TimeProvider.System);
        while (!process.HasExited)
        {
            if (await IsReadyAsync(limit.Token))
                return true;
            await Task.Delay(Poll, TimeProvider.System, limit.Token);
        }

        return false;
    }

    /// <summary>SIGKILL; throws, with what it wrote, when it has ended by itself.</summary>
    public async Task KillAsync()
    {
        if (process.HasExited)
            throw new InvalidOperationException($"The worker ended by itself with {process.ExitCode}:\n{Output}");
        process.Kill();
        await process.WaitForExitAsync();
    }

    /// <summary>SIGTERM, and waits for the end of its drain.</summary>
    public async Task TerminateAsync()
    {
        using Process kill = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]);
        await ExitedAsync();
    }

    /// <summary>Waits until it ends by itself.</summary>
    public async Task ExitedAsync()
    {
        using CancellationTokenSource limit = new(Patience, TimeProvider.System);
        await process.WaitForExitAsync(limit.Token);
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        if (!process.HasExited)
        {
            process.Kill();
            await process.WaitForExitAsync();
        }

        process.Dispose();
    }

    [GeneratedRegex(@"(\d+) inputs read again")]
    private static partial Regex RecoveredLine();

    private async Task<bool> IsReadyAsync(CancellationToken cancel)
    {
        try
        {
            using HttpResponseMessage answer = await http.GetAsync(new Uri("/healthz/ready", UriKind.Relative), cancel);
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            // It does not listen yet, or any more.
            return false;
        }
    }

    private void Append(string? line)
    {
        if (line is not null)
            output.Enqueue(line);
    }
}
