using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace AnyEcg.Mqtt.Tests;

/// <summary>
/// A certificate authority of one test: nothing of it is ever committed. Self-contained, so that other test projects can link
/// this file.
/// </summary>
public sealed class TestAuthority : IDisposable
{
    public const string ForServers = "1.3.6.1.5.5.7.3.1", ForClients = "1.3.6.1.5.5.7.3.2";

    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private int serial;

    public TestAuthority(string name = "test authority")
    {
        CertificateRequest request = new($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        Certificate = request.CreateSelfSigned(now.AddDays(-30), now.AddDays(30));
    }

    public X509Certificate2 Certificate { get; }

    /// <summary>Writes the authority's certificate; returns the path.</summary>
    public string WriteTo(string path)
    {
        File.WriteAllText(path, Certificate.ExportCertificatePem());
        return path;
    }

    /// <summary>A certificate of a server: of loopback unless named otherwise.</summary>
    public X509Certificate2 IssueServer(string? host = null, double validUntilDays = 1, string usage = ForServers) =>
        Issue("broker", usage, validUntilDays, host);

    public X509Certificate2 IssueClient(string name) => Issue(name, ForClients, 1, name);

    public void Dispose()
    {
        key.Dispose();
        Certificate.Dispose();
    }

    private X509Certificate2 Issue(string subject, string usage, double validUntilDays, string? host)
    {
        using ECDsa own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new($"CN={subject}", own, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddDnsName(host ?? "localhost");
        if (host is null)
            names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], false));
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        using X509Certificate2 bare = request.Create(Certificate, now.AddDays(-20), now.AddDays(validUntilDays), [1, (byte)++serial]);
        return bare.CopyWithPrivateKey(own);
    }
}

/// <summary>How a test puts certificates where programs look for them.</summary>
public static class TestCertificateFiles
{
    /// <summary>Writes certificate and key as two PEM files, replacing them at once; returns their paths.</summary>
    public static (string Certificate, string Key) WriteTo(this X509Certificate2 certificate, string folder, string name)
    {
        (string certificatePath, string keyPath) = (Path.Combine(folder, $"{name}.pem"), Path.Combine(folder, $"{name}.key"));
        using ECDsa key = certificate.GetECDsaPrivateKey()!;
        File.WriteAllText(certificatePath, certificate.ExportCertificatePem());
        File.WriteAllText(keyPath, key.ExportPkcs8PrivateKeyPem());
        return (certificatePath, keyPath);
    }
}
