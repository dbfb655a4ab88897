using System.CommandLine;
using System.Globalization;
using AnyEcg.Mqtt;

namespace AnyEcg.Simulator;

/// <summary>The options that say where the broker is and how it is talked to.</summary>
internal sealed class BrokerOption
{
    private readonly Option<string> broker = new("--broker") { Description = "Broker as host:port (with TLS unless on this machine), or mqtts://, wss://, mqtt:// or ws:// URL.", DefaultValueFactory = _ => "127.0.0.1:1883" };
    private readonly Option<string[]> ca = new("--ca") { Description = "PEM files of the authorities to trust instead of the system's." };
    private readonly Option<bool> allowPlaintext = new("--allow-plaintext") { Description = "Talk without TLS to a broker on another machine." };
    private readonly Option<string?> user = new("--user") { Description = $"User name; the password is read from {FleetOptions.PasswordVariable}." };

    public IEnumerable<Option> All => [broker, ca, allowPlaintext, user];

    /// <summary>A fleet with nothing but its broker.</summary>
    public FleetOptions Read(ParseResult parsed, List<string> faults)
    {
        MqttBrokerUrl address = Address(parsed.GetValue(broker)!, faults);
        return new FleetOptions
        {
            Host = address.Host,
            Port = address.Port,
            UseTls = address.UseTls,
            WebSocketPath = address.WebSocketPath,
            Certificates = Authorities(parsed.GetValue(ca) ?? [], faults),
            AllowPlaintext = parsed.GetValue(allowPlaintext),
            UserName = parsed.GetValue(user),
            Password = parsed.GetValue(user) is null ? null : Environment.GetEnvironmentVariable(FleetOptions.PasswordVariable),
        };
    }

    private static MqttBrokerUrl Address(string text, List<string> faults)
    {
        int colon = text.LastIndexOf(':');
        if (text.Contains("://", StringComparison.Ordinal))
        {
            if (MqttBrokerUrl.TryParse(text, out MqttBrokerUrl? url) is not { } fault)
                return url!;
            faults.Add($"broker: {fault}");
        }
        else if (colon > 0 && int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int port))
        {
            MqttBrokerUrl plain = new(text[..colon], port, false, null);
            return plain with { UseTls = !plain.IsLoopback };
        }
        else
        {
            faults.Add($"broker: host:port, not '{text}'");
        }

        return new MqttBrokerUrl("127.0.0.1", 1883, false, null);
    }

    private static TlsCertificates? Authorities(string[] files, List<string> faults)
    {
        try
        {
            return files.Length == 0 ? null : new TlsCertificates(new TlsFiles { CaFiles = files });
        }
        catch (InvalidDataException e)
        {
            faults.Add($"ca: {e.Message}");
            return null;
        }
    }
}
