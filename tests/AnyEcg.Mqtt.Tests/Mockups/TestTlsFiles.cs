using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace AnyEcg.Mqtt.Tests;

/// <summary>A client's certificate in the forms in which sites keep them.</summary>
internal static class TestTlsFiles
{
    public const string Password = "correct horse battery staple";

    private static readonly PbeParameters Encryption = new(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000);

    /// <summary>Rewrites the two files in the form asked for: pem, one file, encrypted or pfx.</summary>
    public static TlsFiles As(string form, X509Certificate2 certificate, string certificatePath, string keyPath)
    {
        using ECDsa key = certificate.GetECDsaPrivateKey()!;
        switch (form)
        {
            case "one file":
                File.AppendAllText(certificatePath, "\n" + File.ReadAllText(keyPath));
                return new TlsFiles { CertificateFile = certificatePath };
            case "encrypted":
                File.WriteAllText(keyPath, key.ExportEncryptedPkcs8PrivateKeyPem(Password, Encryption));
                string passwordPath = keyPath + ".password";
                File.WriteAllText(passwordPath, Password + "\n");
                return new TlsFiles { CertificateFile = certificatePath, KeyFile = keyPath, KeyPasswordFile = passwordPath };
            case "pfx":
                string pfx = Path.ChangeExtension(certificatePath, ".pfx");
                File.WriteAllBytes(pfx, certificate.Export(X509ContentType.Pkcs12, Password));
                return new TlsFiles { CertificateFile = pfx, KeyPassword = Password };
            default:
                return new TlsFiles { CertificateFile = certificatePath, KeyFile = keyPath };
        }
    }
}
