using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace AnyEcg.Mqtt.Tests;

public sealed class TlsTests
{
    [MosquittoFact]
    public async Task Connect_CertificateOfATrustedRoot_IsAccepted()
    {
        using X509Certificate2 certificate = MakeCertificate();
        await using MosquittoServer server = await StartAsync(certificate);
        RecordingReceiver receiver = new();
        MqttClientOptions options = Options(server.Port);
        options.TrustedRoots = [certificate];
        await using MqttConnection client = await Clients.ConnectAsync(options, receiver);
        await client.SubscribeAsync("t");
        await client.PublishAsync("t", new string('x', 100_000));
        Assert.Equal(100_000, (await receiver.NextAsync()).Payload.Length);
        await client.StopAsync(keepSession: false, Budget.Token);
    }

    [MosquittoFact]
    public async Task Connect_CertificateOfNobody_IsRefused()
    {
        using X509Certificate2 certificate = MakeCertificate();
        await using MosquittoServer server = await StartAsync(certificate);
        await using MqttConnection client = Clients.Make(Options(server.Port));
        using CancellationTokenSource cancel = new();
        Task starting = client.StartAsync(cancel.Token);
        await Budget.UntilAsync(() => client.Counters.ConnectFailures >= 3);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => starting);
        Assert.Equal(0, client.Counters.Connects);
    }

    private static MqttClientOptions Options(int port)
    {
        MqttClientOptions options = Clients.Options(port, "tls");
        options.UseTls = true;
        return options;
    }

    private static X509Certificate2 MakeCertificate()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=test broker", key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddIpAddress(System.Net.IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }

    private static Task<MosquittoServer> StartAsync(X509Certificate2 certificate) => MosquittoServer.StartAsync(
        folder =>
        {
            string certificatePath = Path.Combine(folder, "certificate.pem");
            string keyPath = Path.Combine(folder, "key.pem");
            File.WriteAllText(certificatePath, certificate.ExportCertificatePem());
            using ECDsa key = certificate.GetECDsaPrivateKey()!;
            File.WriteAllText(keyPath, key.ExportPkcs8PrivateKeyPem());
            return ["allow_anonymous true", $"certfile {certificatePath}", $"keyfile {keyPath}"];
        },
        Budget.Token);
}
