using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace AnyEcg.Mqtt;

/// <summary>What a TLS handshake of the client needs. Immutable; connections that use it keep it alive.</summary>
/// <param name="Roots">Authorities trusted instead of the system's; null: the system's.</param>
/// <param name="Client">The client's certificate with its key and the authorities between; null: none.</param>
internal sealed record TlsMaterial(X509Certificate2Collection? Roots, SslStreamCertificateContext? Client)
{
    public static TlsMaterial None { get; } = new(null, null);

    /// <exception cref="InvalidDataException">Names the file and what is wrong with it; never what is in it.</exception>
    public static TlsMaterial Load(TlsFiles files, TlsFileSet set)
    {
        if (set.Fault is { } fault)
            throw new InvalidDataException(fault);
        return new TlsMaterial(files.CaFiles.Count == 0 ? null : Authorities(files, set), files.CertificateFile is null ? null : Own(files, set));
    }

    private static X509Certificate2Collection Authorities(TlsFiles files, TlsFileSet set)
    {
        X509Certificate2Collection roots = [];
        foreach (string path in files.CaFiles)
        {
            int before = roots.Count;
            Try(path, () => roots.ImportFromPem(set.Text(path)));
            if (roots.Count == before)
                throw new InvalidDataException($"{path}: no certificate in PEM form");
        }

        return roots;
    }

    private static SslStreamCertificateContext Own(TlsFiles files, TlsFileSet set)
    {
        string path = files.CertificateFile!;
        X509Certificate2Collection chain = [];
        X509Certificate2? own = null;
        Try(path, () => own = IsPkcs12(path) ? FromPkcs12(files, set, chain) : FromPem(files, set, chain));
        if (own is not { HasPrivateKey: true })
            throw new InvalidDataException($"{path}: no certificate with a private key");
        return SslStreamCertificateContext.Create(own, chain, offline: true);
    }

    private static X509Certificate2 FromPem(TlsFiles files, TlsFileSet set, X509Certificate2Collection chain)
    {
        string certificate = set.Text(files.CertificateFile!);
        string key = set.Text(files.KeyFile ?? files.CertificateFile!);
        chain.ImportFromPem(certificate);
        if (chain.Count > 0)
            chain.RemoveAt(0);
        X509Certificate2 own = Password(files, set) is { } password
            ? X509Certificate2.CreateFromEncryptedPem(certificate, key, password)
            : X509Certificate2.CreateFromPem(certificate, key);
        if (!OperatingSystem.IsWindows())
            return own;

        // Windows does not take a key for TLS that is only in memory.
        using (own)
            return X509CertificateLoader.LoadPkcs12(own.Export(X509ContentType.Pkcs12), null);
    }

    private static X509Certificate2? FromPkcs12(TlsFiles files, TlsFileSet set, X509Certificate2Collection chain)
    {
        chain.AddRange(X509CertificateLoader.LoadPkcs12Collection(set.Bytes(files.CertificateFile!), Password(files, set)));
        X509Certificate2? own = chain.FirstOrDefault(certificate => certificate.HasPrivateKey);
        if (own is not null)
            chain.Remove(own);
        return own;
    }

    private static string? Password(TlsFiles files, TlsFileSet set) =>
        files.KeyPasswordFile is { } file ? set.Text(file).Split('\n')[0].TrimEnd('\r') : files.KeyPassword;

    private static bool IsPkcs12(string path) =>
        path.EndsWith(".pfx", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".p12", StringComparison.OrdinalIgnoreCase);

    private static void Try(string path, Action load)
    {
        try
        {
            load();
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            // A key that is not the certificate's comes as the second.
            throw new InvalidDataException($"{path}: {e.Message}", e);
        }
    }
}
