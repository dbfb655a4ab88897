namespace AnyEcg.Mqtt;

/// <summary>Where a client's TLS material lies. Read by <see cref="TlsCertificates"/>; a file is at most 1 MiB.</summary>
public sealed record TlsFiles
{
    /// <summary>PEM files with the authorities that are trusted instead of the system's; none: the system's.</summary>
    public IReadOnlyList<string> CaFiles { get; init; } = [];

    /// <summary>
    /// The client's own certificate, for brokers that ask for one: PEM, its intermediate authorities after it, or PKCS#12 with its
    /// key when the name ends in .pfx or .p12. Null: none is shown.
    /// </summary>
    public string? CertificateFile { get; init; }

    /// <summary>PEM file with the private key; null: it is in <see cref="CertificateFile"/>.</summary>
    public string? KeyFile { get; init; }

    /// <summary>Password of an encrypted key or PKCS#12 file.</summary>
    public string? KeyPassword { get; init; }

    /// <summary>File whose first line is that password; wins over <see cref="KeyPassword"/>, and is read anew with the others.</summary>
    public string? KeyPasswordFile { get; init; }

    /// <summary>All files named.</summary>
    internal IEnumerable<string> Paths() => CaFiles.Concat(new[] { CertificateFile, KeyFile, KeyPasswordFile }.OfType<string>());

    /// <summary>The names of files, never a password.</summary>
    public override string ToString() => string.Join(", ", Paths());
}
