using AnyEcg.Mqtt;

namespace AnyEcg.Worker;

/// <summary>What the settings of the broker must hold. Names settings and files, repeats no secret.</summary>
internal static class BrokerRules
{
    public static IEnumerable<string> Faults(BrokerOptions o)
    {
        if (o.Url is null && string.IsNullOrWhiteSpace(o.Host))
        {
            yield return "Broker:Host must not be empty";
        }
        else if (o.Address(out string? fault) is not { } address)
        {
            yield return $"Broker:Url: {fault}";
        }
        else if (address is { UseTls: false, IsLoopback: false } && !o.AllowPlaintext)
        {
            yield return "Broker:UseTls is off (or Broker:Url is mqtt:// or ws://) and the broker is on another machine: what devices send, and the "
                + "password, could be read on the way. Switch TLS on, or set Broker:AllowPlaintext where something else protects the way";
        }
        else if (!address.UseTls && o.TlsFiles() is not null)
        {
            yield return "Broker:CaFiles and Broker:CertificateFile have no meaning without TLS: set Broker:UseTls";
        }

        foreach (string fault in FileFaults(o))
        {
            yield return fault;
        }

        if (o.UserName is null && (o.Password ?? o.PasswordFile) is not null)
        {
            yield return "Broker:UserName is missing beside a password";
        }
    }

    private static IEnumerable<string> FileFaults(BrokerOptions o)
    {
        if (o.PasswordFile is not null && !File.Exists(o.PasswordFile))
        {
            yield return "Broker:PasswordFile does not exist";
        }

        if (o.CertificateFile is null && (o.KeyFile ?? o.KeyPassword ?? o.KeyPasswordFile) is not null)
        {
            yield return "Broker:CertificateFile is missing beside a key";
        }

        if (o.TlsFiles() is { } files && TlsFault(files) is { } fault)
        {
            yield return $"Broker: {fault}";
        }
    }

    private static string? TlsFault(TlsFiles files)
    {
        try
        {
            _ = new TlsCertificates(files);
            return null;
        }
        catch (InvalidDataException e)
        {
            return e.Message;
        }
    }
}
