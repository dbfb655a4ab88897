using System.Net;

namespace AnyEcg.Worker;

/// <summary>
/// Where the pages will be bound, by the settings that the web server reads, in its order: <c>Kestrel:Endpoints</c>, else
/// <c>Urls</c>, else the ports alone. Without tokens nothing authenticates the pages, and they show traces of patients.
/// </summary>
internal static class PageAddresses
{
    /// <summary>A fault when any address can be reached from outside and nobody said that this is meant.</summary>
    public static IEnumerable<string> Faults(IConfiguration configuration)
    {
        bool meant = configuration.GetValue<bool>($"{WorkerOptions.Section}:{nameof(WorkerOptions.ExposePages)}");
        bool tokens = configuration.GetSection($"{HttpOptions.Section}:{nameof(HttpOptions.Tokens)}").GetChildren().Any();
        return meant ? [] : Configured(configuration).Where(address => !IsLocal(address)).Where(address => !tokens || !IsHttps(address)).Select(address => tokens
            ? $"Urls: {address} can be reached from other machines, and tokens and traces could be read on the way. Use https://, bind the pages to 127.0.0.1 "
                + "behind a proxy with TLS, or set Worker:ExposePages where something else protects the way"
            : $"Urls: {address} can be reached from other machines, and nothing authenticates the pages. Set Http:Tokens (with https://), bind them to 127.0.0.1 "
                + "behind a proxy that authenticates, or set Worker:ExposePages where the network is trusted");
    }

    private static bool IsHttps(string url) => url.StartsWith("https://", StringComparison.OrdinalIgnoreCase);

    private static IEnumerable<string> Configured(IConfiguration configuration)
    {
        string[] endpoints = [.. configuration.GetSection("Kestrel:Endpoints").GetChildren().Select(e => e["Url"]).OfType<string>()];
        string[] urls = Split(configuration["urls"]);
        string[] ports = [.. Split(configuration["http_ports"]).Concat(Split(configuration["https_ports"])).Select(port => $"http://*:{port}")];
        return endpoints.Length > 0 ? endpoints : urls.Length > 0 ? urls : ports;
    }

    private static string[] Split(string? list) => list?.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];

    private static bool IsLocal(string url)
    {
        BindingAddress address;
        try
        {
            address = BindingAddress.Parse(url);
        }
        catch (FormatException)
        {
            // Not for us to judge: the server itself refuses it.
            return true;
        }

        string host = address.Host.Trim('[', ']');
        return address.IsUnixPipe || address.IsNamedPipe || host == "localhost" || (IPAddress.TryParse(host, out IPAddress? ip) && IPAddress.IsLoopback(ip));
    }
}
