using System.Diagnostics;
using System.Security.Cryptography.X509Certificates;
using AnyEcg.Mqtt;
using AnyEcg.Mqtt.Tests;

namespace AnyEcg.Worker.Tests;

/// <summary>
/// A mosquitto with the configuration and the access table that are shipped, only its files lie elsewhere: certificates of the
/// test's own authority, and for every user a password that is its name turned round.
/// </summary>
public sealed class DeployedBroker : IAsyncLifetime, IDisposable
{
    private readonly TestAuthority authority = new();
    private readonly DirectoryInfo files = Directory.CreateTempSubdirectory("deployed");
    private readonly bool certificates;
    private MosquittoServer? server;
    private int clients;

    public DeployedBroker()
        : this(certificates: false)
    {
    }

    /// <param name="certificates">With the lines for certificates instead of passwords.</param>
    internal DeployedBroker(bool certificates) => this.certificates = certificates;

    public int Port => server!.Port;

    public string CaFile => Path.Combine(files.FullName, "ca.pem");

    public static string PasswordOf(string user) => new([.. user.Reverse()]);

    public async Task InitializeAsync()
    {
        if (!MosquittoServer.IsInstalled)
        {
            return;
        }

        authority.WriteTo(CaFile);
        server = await MosquittoServer.StartAsync(Settings, Budget.Token);
    }

    public async Task DisposeAsync()
    {
        if (server is not null)
        {
            await server.DisposeAsync();
        }
    }

    public void Dispose()
    {
        authority.Dispose();
        files.Delete(recursive: true);
    }

    /// <summary>A file with the user's password, as the worker wants it.</summary>
    public string PasswordFileOf(string user)
    {
        string path = Path.Combine(files.FullName, $"{user}.password");
        File.WriteAllText(path, PasswordOf(user) + "\n");
        return path;
    }

    /// <summary>Settings of a client; with certificates, the user's own.</summary>
    public MqttClientOptions Options(string? user)
    {
        TlsFiles tls = new() { CaFiles = [CaFile] };
        if (certificates && user is not null)
        {
            using X509Certificate2 own = authority.IssueClient(user);
            (string certificate, string key) = own.WriteTo(files.FullName, user);
            tls = tls with { CertificateFile = certificate, KeyFile = key };
        }

        return new MqttClientOptions
        {
            Port = Port,
            UseTls = true,
            Certificates = new TlsCertificates(tls),
            ClientId = $"{user}-{Interlocked.Increment(ref clients)}",
            UserName = certificates ? null : user,
            Password = certificates || user is null ? null : PasswordOf(user),
            ConnectTimeout = Budget.Limit,
            ReconnectMin = TimeSpan.FromMilliseconds(10),
            ReconnectMax = TimeSpan.FromMilliseconds(100),
        };
    }

    private IEnumerable<string> Settings(string folder)
    {
        Directory.CreateDirectory(Path.Combine(folder, "certs"));
        authority.WriteTo(Path.Combine(folder, "certs", "users-ca.pem"));
        using (X509Certificate2 broker = authority.IssueServer())
        {
            broker.WriteTo(Path.Combine(folder, "certs"), "broker");
        }

        File.WriteAllText(Path.Combine(folder, "anyecg.acl"), Run("/bin/sh", Path.Combine(Repository.Mosquitto, "make-acl.sh"), Path.Combine(Repository.Mosquitto, "access.txt")));
        IEnumerable<string> lines = File.ReadLines(Path.Combine(Repository.Mosquitto, "mosquitto-tls.conf"))
            .Where(line => !line.StartsWith("listener", StringComparison.Ordinal))
            .Select(line => line.Replace("/etc/mosquitto", folder, StringComparison.Ordinal).Replace("/var/lib/mosquitto", folder, StringComparison.Ordinal));
        if (certificates)
        {
            return [.. lines.Where(line => !line.StartsWith("password_file", StringComparison.Ordinal)).Select(Uncommented)];
        }

        string passwords = Path.Combine(folder, "anyecg.passwords");
        File.WriteAllLines(passwords, Users().Select(user => $"{user}:{PasswordOf(user)}"));
        Run(MosquittoServer.Find("mosquitto_passwd")!, "-U", passwords);
        return [.. lines];
    }

    private static string Uncommented(string line) =>
        line.StartsWith("#cafile", StringComparison.Ordinal) || line.StartsWith("#require", StringComparison.Ordinal) || line.StartsWith("#use", StringComparison.Ordinal)
            ? line[1..]
            : line;

    private static IEnumerable<string> Users() => File.ReadLines(Path.Combine(Repository.Mosquitto, "access.txt"))
        .Where(line => line.Length > 0 && line[0] != '#')
        .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1])
        .Distinct();

    private static string Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return output;
    }
}
