using System.Security.Cryptography.X509Certificates;

namespace AnyEcg.Mqtt.Tests;

/// <summary>Files that change while the client runs.</summary>
public sealed class TlsCertificatesTests : IDisposable
{
    private readonly TestAuthority authority = new();
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("tls");
    private readonly List<string> log = [];
    private readonly TlsFiles files;

    public TlsCertificatesTests() => files = Write("first");

    [Fact]
    public void Current_NothingChanged_LoadsNothing()
    {
        TlsCertificates certificates = new(files, log.Add);
        TlsMaterial first = certificates.Current();
        File.SetLastWriteTimeUtc(files.CertificateFile!, new DateTime(2030, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        Assert.Same(first, certificates.Current());
        Assert.Empty(log);
    }

    [Fact]
    public void Current_BrokenFile_KeepsTheOldOneAndSaysSoOnce()
    {
        TlsCertificates certificates = new(files, log.Add);
        File.WriteAllText(files.CertificateFile!, "-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----\n");
        for (int i = 0; i < 3; i++)
            Assert.Equal("CN=first", Subject(certificates));
        Assert.Equal((0, 1), (certificates.Reloads, certificates.ReloadFailures));
        Assert.Contains(files.CertificateFile!, Assert.Single(log), StringComparison.Ordinal);

        Write("second");
        Assert.Equal("CN=second", Subject(certificates));
        Assert.Equal(2, log.Count);
    }

    [Fact]
    public void Current_CertificateWithoutItsNewKeyYet_KeepsTheOldPair()
    {
        TlsCertificates certificates = new(files);
        using X509Certificate2 next = authority.IssueClient("second");
        File.WriteAllText(files.CertificateFile!, next.ExportCertificatePem());
        Assert.Equal("CN=first", Subject(certificates));
        next.WriteTo(folder.FullName, "client");
        Assert.Equal("CN=second", Subject(certificates));
    }

    [Fact]
    public void Current_FileGone_KeepsTheOldOne()
    {
        TlsCertificates certificates = new(files);
        File.Delete(files.KeyFile!);
        Assert.Equal("CN=first", Subject(certificates));
        Assert.Equal("CN=first", Subject(certificates));
        Assert.Equal(1, certificates.ReloadFailures);
    }

    [Fact]
    public void Current_SamePairBackAfterAFault_IsTakenWithoutAWord()
    {
        TlsCertificates certificates = new(files);
        string key = File.ReadAllText(files.KeyFile!);
        File.WriteAllText(files.KeyFile!, "");
        Assert.Equal("CN=first", Subject(certificates));
        File.WriteAllText(files.KeyFile!, key);
        Assert.Equal("CN=first", Subject(certificates));
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")]
    public void Make_BadAuthorityFile_NamesIt(string text)
    {
        string path = Path.Combine(folder.FullName, "bad.pem");
        File.WriteAllText(path, text);
        InvalidDataException fault = Assert.Throws<InvalidDataException>(() => new TlsCertificates(new TlsFiles { CaFiles = [path] }));
        Assert.StartsWith(path, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Make_HugeOrMissingFile_NamesIt()
    {
        string huge = Path.Combine(folder.FullName, "huge.pem");
        File.WriteAllBytes(huge, new byte[(1 << 20) + 1]);
        foreach (string path in new[] { huge, Path.Combine(folder.FullName, "none.pem"), "" })
            Assert.StartsWith(path, Assert.Throws<InvalidDataException>(() => new TlsCertificates(new TlsFiles { CaFiles = [path] })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Make_WrongKeyPassword_SaysNothingOfIt()
    {
        using X509Certificate2 certificate = authority.IssueClient("locked");
        (string path, string key) = certificate.WriteTo(folder.FullName, "locked");
        TlsFiles locked = TestTlsFiles.As("encrypted", certificate, path, key) with { KeyPasswordFile = null, KeyPassword = "hunter2-hunter2" };
        InvalidDataException fault = Assert.Throws<InvalidDataException>(() => new TlsCertificates(locked));
        Assert.DoesNotContain("hunter2", fault.ToString() + locked, StringComparison.Ordinal);
    }

    [Fact]
    public void ClientCertificateEnds_IsThatOfTheCertificateInForce()
    {
        using X509Certificate2 certificate = X509CertificateLoader.LoadCertificateFromFile(files.CertificateFile!);
        Assert.Equal(new DateTimeOffset(certificate.NotAfter.ToUniversalTime()), new TlsCertificates(files).ClientCertificateEnds);
    }

    public void Dispose()
    {
        authority.Dispose();
        folder.Delete(recursive: true);
    }

    private static string? Subject(TlsCertificates certificates) => certificates.Current().Client?.TargetCertificate.Subject;

    private TlsFiles Write(string name)
    {
        using X509Certificate2 certificate = authority.IssueClient(name);
        (string certificatePath, string keyPath) = certificate.WriteTo(folder.FullName, "client");
        return new TlsFiles { CaFiles = [authority.WriteTo(Path.Combine(folder.FullName, "ca.pem"))], CertificateFile = certificatePath, KeyFile = keyPath };
    }
}
