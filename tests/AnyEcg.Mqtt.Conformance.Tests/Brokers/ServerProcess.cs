using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace AnyEcg.Mqtt.Conformance.Tests;

/// <summary>
/// A program that serves a loopback port. It runs under a shell that kills it as soon as the tests close their end of its input,
/// which they do even when they crash.
/// </summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartBudget = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);

    private const string Wrapper = "\"$0\" \"$@\" </dev/null & server=$!; cat >/dev/null; kill $server; wait $server";

    private readonly Process process;
    private readonly StringBuilder output = new();

    public ServerProcess(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        ProcessStartInfo info = new("/bin/sh")
        {
            RedirectStandardError = true,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        foreach (string argument in (IEnumerable<string>)["-c", Wrapper, program, .. arguments])
            info.ArgumentList.Add(argument);
        foreach ((string name, string value) in environment ?? new Dictionary<string, string>())
            info.Environment[name] = value;
        process = Process.Start(info)!;
        process.OutputDataReceived += (_, line) => Append(line.Data);
        process.ErrorDataReceived += (_, line) => Append(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Waits until the port accepts.</summary>
    public async Task WaitForAsync(int port)
    {
        long start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                using TcpClient client = new();
                await client.ConnectAsync(IPAddress.Loopback, port);
                return;
            }
            catch (SocketException)
            {
                if (TimeProvider.System.GetElapsedTime(start) > StartBudget)
                    throw new InvalidOperationException($"{process.StartInfo.ArgumentList[2]} does not serve: {output}");
                await Task.Delay(Poll, TimeProvider.System);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        process.Dispose();
    }

    private void Append(string? line)
    {
        lock (output)
            output.AppendLine(line);
    }
}
