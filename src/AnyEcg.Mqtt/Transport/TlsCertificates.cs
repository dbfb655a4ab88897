namespace AnyEcg.Mqtt;

/// <summary>
/// Certificates from files that may be replaced while the client runs: every new connection looks at the files again. What
/// cannot be used leaves the old certificates in force, counted and logged once for each such state of the files. Any thread.
/// </summary>
public sealed class TlsCertificates
{
    private readonly Lock gate = new();
    private readonly TlsFiles files;
    private readonly Action<string>? log;
    private string seen;
    private TlsMaterial current;
    private long reloads;
    private long failures;

    /// <param name="files">Which files.</param>
    /// <param name="log">Gets a line when the files have changed; file names and reasons, never what is in them.</param>
    /// <exception cref="InvalidDataException">The files cannot be used now: names the file and the fault.</exception>
    public TlsCertificates(TlsFiles files, Action<string>? log = null)
    {
        this.files = files;
        this.log = log;
        TlsFileSet set = TlsFileSet.Read(files);
        current = TlsMaterial.Load(files, set);
        seen = set.Digest;
    }

    /// <summary>Times that changed files were taken.</summary>
    public long Reloads => Interlocked.Read(ref reloads);

    /// <summary>Times that changed files could not be used, and the old certificates stayed.</summary>
    public long ReloadFailures => Interlocked.Read(ref failures);

    /// <summary>Until when the client's own certificate is valid; null without one.</summary>
    public DateTimeOffset? ClientCertificateEnds
    {
        get
        {
            lock (gate)
                return current.Client is { } own ? new DateTimeOffset(own.TargetCertificate.NotAfter.ToUniversalTime()) : null;
        }
    }

    /// <summary>What the next connection is to use.</summary>
    internal TlsMaterial Current()
    {
        lock (gate)
        {
            TlsFileSet set = TlsFileSet.Read(files);
            if (set.Digest == seen)
                return current;
            seen = set.Digest;
            try
            {
                current = TlsMaterial.Load(files, set);
                Interlocked.Increment(ref reloads);
                log?.Invoke("the TLS files have changed; the new certificates are in force");
            }
            catch (InvalidDataException e)
            {
                Interlocked.Increment(ref failures);
                log?.Invoke($"the TLS files have changed and cannot be used, the old certificates stay: {e.Message}");
            }

            return current;
        }
    }
}
