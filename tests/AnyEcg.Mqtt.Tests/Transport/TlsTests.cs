using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace AnyEcg.Mqtt.Tests;

/// <summary>Who is let in and who is not, against a TLS server of the test's own.</summary>
public sealed class TlsTests : IDisposable
{
    private readonly TestAuthority authority = new();
    private readonly TlsPeer peer = new();
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("tls");

    [Fact]
    public async Task Connect_TrustedCertificate_IsAcceptedWithANewProtocol()
    {
        TlsPeer.Seen? seen = await ShakeAsync(authority.IssueServer(), Options());
        Assert.NotNull(seen);
        Assert.True(seen.Protocol is SslProtocols.Tls12 or SslProtocols.Tls13);
    }

    [Fact]
    public async Task Connect_ByName_SendsTheNameAsSni()
    {
        MqttClientOptions options = Options();
        options.Host = "localhost";
        Assert.Equal("localhost", (await ShakeAsync(authority.IssueServer(), options))!.Sni);
    }

    [Fact]
    public async Task Connect_CertificateOfAnotherAuthority_IsRefused()
    {
        using TestAuthority stranger = new();
        await AssertRefusedAsync(stranger.IssueServer(), Options());
    }

    [Fact]
    public async Task Connect_ExpiredCertificate_IsRefused() => await AssertRefusedAsync(authority.IssueServer(validUntilDays: -1), Options());

    [Fact]
    public async Task Connect_CertificateOfAnotherHost_IsRefused() => await AssertRefusedAsync(authority.IssueServer("broker.example"), Options());

    [Fact]
    public async Task Connect_CertificateOfADevice_IsNoBroker() =>
        await AssertRefusedAsync(authority.IssueServer(usage: TestAuthority.ForClients), Options());

    [Fact]
    public async Task Connect_NoAuthorityOfOurOwn_TrustsTheSystemsOnly()
    {
        MqttClientOptions options = Options();
        options.Certificates = null;
        await AssertRefusedAsync(authority.IssueServer(), options);
    }

    [Theory]
    [InlineData("pem")]
    [InlineData("one file")]
    [InlineData("encrypted")]
    [InlineData("pfx")]
    public async Task Connect_CertificateAskedFor_IsShown(string form)
    {
        MqttClientOptions options = Options(WriteClient("device-7", form));
        TlsPeer.Seen? seen = await ShakeAsync(authority.IssueServer(), options, askForCertificate: true);
        Assert.Equal("CN=device-7", seen?.ClientSubject);
    }

    [Fact]
    public async Task Connect_CertificateReplaced_ShowsTheNewOne()
    {
        MqttClientOptions options = Options(WriteClient("before", "pem"));
        Assert.Equal("CN=before", (await ShakeAsync(authority.IssueServer(), options, true))?.ClientSubject);
        WriteClient("after", "pem");
        Assert.Equal("CN=after", (await ShakeAsync(authority.IssueServer(), options, true))?.ClientSubject);
        Assert.Equal((1, 0), (options.Certificates!.Reloads, options.Certificates.ReloadFailures));
    }

    [Fact]
    public async Task Connect_AuthorityReplaced_TrustsTheNewOne()
    {
        MqttClientOptions options = Options();
        using TestAuthority next = new("the next authority");
        await AssertRefusedAsync(next.IssueServer(), options);
        next.WriteTo(CaPath);
        Assert.NotNull(await ShakeAsync(next.IssueServer(), options));
        await AssertRefusedAsync(authority.IssueServer(), options);
    }

    [Fact]
    public async Task Connect_BrokerRefusesOurCertificateAfterTheHandshake_TriesAgain()
    {
        MqttClientOptions options = Options();
        (options.ReconnectMin, options.ReconnectMax) = (TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(2));
        using X509Certificate2 server = authority.IssueServer();
        await using MqttConnection client = Clients.Make(options);
        Task starting = client.StartAsync(Budget.Token);
        for (int i = 0; i < 3; i++)
            Assert.Null(await peer.AcceptAsync(server, askForCertificate: true));
        await Budget.UntilAsync(() => client.Counters.ConnectFailures >= 2);
        Assert.False(starting.IsCompleted);
        await client.DisposeAsync();
        await Assert.ThrowsAsync<MqttException>(() => starting);
    }

    public void Dispose()
    {
        peer.Dispose();
        authority.Dispose();
        folder.Delete(recursive: true);
    }

    private string CaPath => Path.Combine(folder.FullName, "ca.pem");

    private MqttClientOptions Options(TlsFiles? files = null)
    {
        authority.WriteTo(CaPath);
        return new MqttClientOptions
        {
            Port = peer.Port,
            UseTls = true,
            Certificates = new TlsCertificates((files ?? new TlsFiles()) with { CaFiles = [CaPath] }),
        };
    }

    private TlsFiles WriteClient(string name, string form)
    {
        using X509Certificate2 certificate = authority.IssueClient(name);
        (string certificatePath, string keyPath) = certificate.WriteTo(folder.FullName, "client");
        return TestTlsFiles.As(form, certificate, certificatePath, keyPath);
    }

    private async Task<TlsPeer.Seen?> ShakeAsync(X509Certificate2 server, MqttClientOptions options, bool askForCertificate = false)
    {
        using (server)
        {
            Task<TlsPeer.Seen?> accepting = peer.AcceptAsync(server, askForCertificate);
            await using Stream stream = await BrokerConnector.ConnectAsync(options, Budget.Token);
            await stream.WriteAsync(new byte[1], Budget.Token);
            return await accepting;
        }
    }

    private async Task AssertRefusedAsync(X509Certificate2 server, MqttClientOptions options)
    {
        using (server)
        {
            Task<TlsPeer.Seen?> accepting = peer.AcceptAsync(server);
            await Assert.ThrowsAsync<AuthenticationException>(() => BrokerConnector.ConnectAsync(options, Budget.Token));
            Assert.Null(await accepting);
        }
    }
}
