using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace AnyEcg.Store.Tests;

/// <summary>
/// A PostgreSQL server of its own on a free loopback port, its files in a temporary folder. The server refuses to run as root; there it runs as
/// "nobody". Self-contained, so that other test projects can link this file; use <see cref="IsInstalled"/> first.
/// </summary>
public sealed class PostgresServer : IDisposable
{
    public const string Missing = "postgresql is not installed";

    private static readonly TimeSpan StartBudget = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("postgres");
    private readonly int port = FreePort();
    private Process? process;

    private PostgresServer()
    {
    }

    public static bool IsInstalled => Programs is not null && (!Environment.IsPrivilegedProcess || File.Exists(SetPrivileges));

    private static string SetPrivileges => "/usr/bin/setpriv";

    /// <summary>Where Debian keeps the server's programs, of the latest version; else the folder on the path.</summary>
    private static string? Programs { get; } = Folders().FirstOrDefault(folder => File.Exists(Path.Combine(folder, "initdb")));

    public static PostgresServer Start()
    {
        PostgresServer server = new();
        try
        {
            server.MakeCluster();
            server.Run();
            return server;
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    public string ConnectionString(string database) =>
        string.Create(CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={port};Username=anyecg;Database={database};Pooling=false");

    /// <summary>Starts it (again) and waits until it answers.</summary>
    public void Run()
    {
        process = Launch(
            "postgres", "-D", Data, "-p", port.ToString(CultureInfo.InvariantCulture), "-k", "", "-c", "listen_addresses=127.0.0.1",
            "-c", "fsync=off", "-c", "log_destination=stderr", "-c", "logging_collector=off", "-c", "shared_buffers=16MB");
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        long start = TimeProvider.System.GetTimestamp();
        while (!Answers())
        {
            if (process.HasExited || TimeProvider.System.GetElapsedTime(start) > StartBudget)
                throw new InvalidOperationException("postgres did not start.");
            using ManualResetEventSlim pause = new();
            pause.Wait(Poll);
        }
    }

    /// <summary>Ends it at once, as a crash would; its children end with it.</summary>
    public void Kill()
    {
        if (process is null)
            return;
        if (!process.HasExited)
        {
            using Process signal = Process.Start("kill", ["-QUIT", process.Id.ToString(CultureInfo.InvariantCulture)]);
            signal.WaitForExit();
        }

        process.WaitForExit();
        process.Dispose();
        process = null;
    }

    public void Dispose()
    {
        Kill();
        folder.Delete(recursive: true);
    }

    private static IEnumerable<string> Folders()
    {
        const string debian = "/usr/lib/postgresql";
        IEnumerable<string> versions = Directory.Exists(debian)
            ? Directory.EnumerateDirectories(debian).OrderByDescending(d => d, StringComparer.Ordinal).Select(d => Path.Combine(d, "bin"))
            : [];
        return versions.Concat((Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries));
    }

    private string Data => Path.Combine(folder.FullName, "data");

    private void MakeCluster()
    {
        if (Environment.IsPrivilegedProcess)
        {
            using Process give = Process.Start("chown", ["nobody", folder.FullName]);
            give.WaitForExit();
        }

        using Process init = Launch("initdb", "-D", Data, "-U", "anyecg", "--auth=trust", "--no-sync", "-E", "UTF8", "--locale=C");
        string told = init.StandardError.ReadToEnd();
        init.WaitForExit();
        if (init.ExitCode != 0)
            throw new InvalidOperationException("initdb: " + told);
    }

    private Process Launch(string program, params string[] arguments)
    {
        string path = Path.Combine(Programs!, program);
        bool root = Environment.IsPrivilegedProcess;
        ProcessStartInfo info = new(root ? SetPrivileges : path) { RedirectStandardError = true, RedirectStandardOutput = true, WorkingDirectory = folder.FullName };
        foreach (string argument in root ? ["--reuid=nobody", "--regid=nogroup", "--clear-groups", path, .. arguments] : arguments)
            info.ArgumentList.Add(argument);
        Process started = Process.Start(info)!;
        started.OutputDataReceived += (_, _) => { };
        started.BeginOutputReadLine();
        return started;
    }

    private bool Answers()
    {
        try
        {
            using NpgsqlConnection connection = new(ConnectionString("postgres"));
            connection.Open();
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using TcpListener probe = new(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
