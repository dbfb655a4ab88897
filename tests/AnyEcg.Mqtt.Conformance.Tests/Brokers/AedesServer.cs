using System.Globalization;

namespace AnyEcg.Mqtt.Conformance.Tests;

/// <summary>The npm broker aedes, from tests/npm.</summary>
internal static class AedesServer
{
    private static readonly string Packages = RepositoryRoot.File("tests", "npm");

    public static bool IsInstalled =>
        MosquittoServer.Find("node") is not null && Directory.Exists(Path.Combine(Packages, "node_modules", "aedes"));

    public static async Task<(int Port, IAsyncDisposable Server)> StartAsync()
    {
        int port = MosquittoServer.FreePort();
        string script = Path.Combine(AppContext.BaseDirectory, "Brokers", "aedes.mjs");
        ServerProcess process = new(
            MosquittoServer.Find("node")!, [script, Packages, port.ToString(CultureInfo.InvariantCulture)]);
        await process.WaitForAsync(port);
        return (port, process);
    }
}
