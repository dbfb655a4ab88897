using System.Diagnostics;
using AnyEcg.Mqtt;
using AnyEcg.Mqtt.Tests;

namespace AnyEcg.Worker.Tests;

/// <summary>What the shipped script makes is what broker and clients take.</summary>
[Collection("running")]
public sealed class MakeCertsTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("certs");

    [OpensslFact]
    public async Task MakeCerts_ForBrokerAndUsers_AdmitsThoseUsersOnly()
    {
        Assert.Equal(0, Make("127.0.0.1", "bed-1"));
        Assert.Equal(0, Make("127.0.0.1", "bed-1", "bed-2"));
        await using MosquittoServer server = await MosquittoServer.StartAsync(
            [
                "allow_anonymous false", $"certfile {At("broker.pem")}", $"keyfile {At("broker.key")}", $"cafile {At("ca.pem")}",
                "require_certificate true", "use_identity_as_username true",
            ],
            Budget.Token);
        foreach (string user in new[] { "bed-1", "bed-2" })
        {
            await using MqttConnection client = await Clients.ConnectAsync(Options(server.Port, user));
            await client.PublishAsync("t", "x");
        }

        await using MqttConnection stranger = Clients.Make(Options(server.Port, "broker"));
        using CancellationTokenSource stop = new();
        Task starting = stranger.StartAsync(stop.Token);
        await Budget.UntilAsync(() => stranger.Counters.ConnectFailures > 0 || starting.IsCompleted);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => starting);
    }

    [OpensslFact]
    public void MakeCerts_NamesThatLeaveTheFolderOrTakeTheAuthoritys_AreRefused()
    {
        foreach (string name in new[] { "ca", "broker", "../x", "-x", "a b" })
        {
            Assert.Equal(2, Make("127.0.0.1", name));
        }

        Assert.Empty(folder.EnumerateFiles());
    }

    public void Dispose() => folder.Delete(recursive: true);

    private string At(string file) => Path.Combine(folder.FullName, file);

    private MqttClientOptions Options(int port, string user)
    {
        MqttClientOptions options = Clients.Options(port, user);
        options.ConnectTimeout = TimeSpan.FromSeconds(5);
        options.UseTls = true;
        options.Certificates = new TlsCertificates(
            new TlsFiles { CaFiles = [At("ca.pem")], CertificateFile = At($"{user}.pem"), KeyFile = At($"{user}.key") });
        return options;
    }

    private int Make(string host, params string[] users)
    {
        string[] arguments = [Path.Combine(Repository.Mosquitto, "make-certs.sh"), folder.FullName, host, .. users];
        using Process process = Process.Start(new ProcessStartInfo("/bin/sh", arguments) { RedirectStandardError = true })!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode;
    }
}

/// <summary>A fact that needs mosquitto and the openssl command; skipped with that reason where they are missing.</summary>
internal sealed class OpensslFactAttribute : FactAttribute
{
    public OpensslFactAttribute()
    {
        if (!MosquittoServer.IsInstalled || MosquittoServer.Find("openssl") is null)
        {
            Skip = "mosquitto or the openssl command is not installed";
        }
    }
}
