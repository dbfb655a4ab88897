using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace AnyEcg.Mqtt.Tests;

/// <summary>
/// A real mosquitto broker on a free loopback port, started for one test and killed with it. Self-contained, so that other test
/// projects can link this file. Use <see cref="IsInstalled"/> (or <see cref="MosquittoFactAttribute"/>) first.
/// </summary>
public sealed class MosquittoServer : IAsyncDisposable
{
    private static readonly TimeSpan StartBudget = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("mosquitto");
    private readonly StringBuilder output = new();
    private Process? process;

    private MosquittoServer(int port, Func<string, IEnumerable<string>> settings)
    {
        Port = port;
        string[] lines =
        [
            $"listener {port} 127.0.0.1",
            "persistence false",
            "user root",
            "log_type error",
            "log_type warning",
            .. settings(folder.FullName),
        ];
        File.WriteAllLines(ConfigPath, lines);
    }

    /// <summary>Where the broker is installed; null: nowhere.</summary>
    public static string? Executable { get; } = Find("mosquitto");

    public static bool IsInstalled => Executable is not null;

    public int Port { get; }

    /// <summary>What the broker wrote so far.</summary>
    public string Output
    {
        get
        {
            lock (output)
                return output.ToString();
        }
    }

    private string ConfigPath => Path.Combine(folder.FullName, "mosquitto.conf");

    /// <summary>Starts a broker that admits everyone.</summary>
    public static Task<MosquittoServer> StartAsync(CancellationToken cancellationToken) =>
        StartAsync(["allow_anonymous true"], cancellationToken);

    /// <summary>Starts a broker with further lines for its configuration.</summary>
    public static Task<MosquittoServer> StartAsync(IEnumerable<string> settings, CancellationToken cancellationToken) =>
        StartAsync(_ => settings, cancellationToken);

    /// <summary>The same for settings that name files: they are given the server's own folder to put them in.</summary>
    public static async Task<MosquittoServer> StartAsync(
        Func<string, IEnumerable<string>> settings, CancellationToken cancellationToken)
    {
        MosquittoServer server = new(FreePort(), settings);
        try
        {
            await server.RestartAsync(cancellationToken);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts it (again, on the same port) and waits until it accepts.</summary>
    public async Task RestartAsync(CancellationToken cancellationToken)
    {
        await KillAsync();
        ProcessStartInfo info = new(Executable!) { RedirectStandardError = true, RedirectStandardOutput = true };
        info.ArgumentList.Add("-c");
        info.ArgumentList.Add(ConfigPath);
        process = Process.Start(info)!;
        process.ErrorDataReceived += (_, line) => Append(line.Data);
        process.OutputDataReceived += (_, line) => Append(line.Data);
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        await WaitUntilAcceptingAsync(cancellationToken);
    }

    /// <summary>Ends it in order: with persistence it writes down what it has; not on Windows.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        using Process terminate = Process.Start("kill", ["-TERM", process!.Id.ToString(CultureInfo.InvariantCulture)]);
        await process.WaitForExitAsync(cancellationToken);
    }

    /// <summary>Kills it, as a crash would.</summary>
    public async Task KillAsync()
    {
        if (process is null)
            return;
        if (!process.HasExited)
            process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
        process = null;
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        folder.Delete(recursive: true);
    }

    /// <summary>Looks a program up on the path and where Debian keeps daemons.</summary>
    public static string? Find(string program) =>
        $"{Environment.GetEnvironmentVariable("PATH")}:/usr/sbin:/usr/local/sbin"
            .Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, program))
            .FirstOrDefault(File.Exists);

    /// <summary>A loopback port that nobody listens on.</summary>
    public static int FreePort()
    {
        using TcpListener probe = new(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private async Task WaitUntilAcceptingAsync(CancellationToken cancellationToken)
    {
        long start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                using TcpClient client = new();
                await client.ConnectAsync(IPAddress.Loopback, Port, cancellationToken);
                return;
            }
            catch (SocketException)
            {
                if (process!.HasExited || TimeProvider.System.GetElapsedTime(start) > StartBudget)
                    throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"mosquitto: {Output}"));
                await Task.Delay(Poll, TimeProvider.System, cancellationToken);
            }
        }
    }

    private void Append(string? line)
    {
        if (line is null)
            return;
        lock (output)
            output.AppendLine(line);
    }
}

/// <summary>A fact that needs mosquitto (broker and clients); skipped with that reason where it is not installed.</summary>
public sealed class MosquittoFactAttribute : FactAttribute
{
    public MosquittoFactAttribute()
    {
        if (!MosquittoServer.IsInstalled || MosquittoServer.Find("mosquitto_pub") is null)
            Skip = "mosquitto and its clients are not installed";
    }
}

/// <summary>The same for a theory.</summary>
public sealed class MosquittoTheoryAttribute : TheoryAttribute
{
    public MosquittoTheoryAttribute() => Skip = new MosquittoFactAttribute().Skip;
}
