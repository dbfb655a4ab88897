using System.Globalization;

namespace AnyEcg.Mqtt.Conformance.Tests;

/// <summary>
/// A private RabbitMQ node with the MQTT plug-in: own name, folders, ports and port mapper, all on loopback, so that it meets no
/// installed service. Takes several seconds to start.
/// </summary>
internal sealed class RabbitServer : IAsyncDisposable
{
    /// <summary>The bare script, without Debian's wrapper that changes the user and the folders.</summary>
    private const string Script = "/usr/lib/rabbitmq/bin/rabbitmq-server";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("rabbit");
    private readonly int mapperPort = MosquittoServer.FreePort();
    private readonly ServerProcess mapper;
    private ServerProcess? node;

    private RabbitServer()
    {
        Port = MosquittoServer.FreePort();
        File.WriteAllLines(
            At("rabbitmq.conf"),
            ["listeners.tcp = none", Line($"mqtt.listeners.tcp.1 = 127.0.0.1:{Port}"), "mqtt.allow_anonymous = true"]);
        File.WriteAllText(At("plugins"), "[rabbitmq_mqtt].\n");
        mapper = new ServerProcess(MosquittoServer.Find("epmd")!, ["-port", Line($"{mapperPort}"), "-address", "127.0.0.1"]);
    }

    public static bool IsInstalled => File.Exists(Script) && MosquittoServer.Find("epmd") is not null;

    public int Port { get; }

    public static async Task<(int Port, IAsyncDisposable Server)> StartAsync()
    {
        RabbitServer server = new();

        // A node that finds no port mapper starts one of its own, which would outlive it.
        await server.mapper.WaitForAsync(server.mapperPort);
        server.node = server.StartNode();
        await server.node.WaitForAsync(server.Port);
        return (server.Port, server);
    }

    public async ValueTask DisposeAsync()
    {
        if (node is not null)
            await node.DisposeAsync();
        await mapper.DisposeAsync();
        folder.Delete(recursive: true);
    }

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private ServerProcess StartNode() => new(Script, [], new Dictionary<string, string>
    {
        ["HOME"] = folder.FullName,
        ["ERL_EPMD_ADDRESS"] = "127.0.0.1",
        ["ERL_EPMD_PORT"] = Line($"{mapperPort}"),
        ["RABBITMQ_NODENAME"] = Line($"anyecg{Port}@localhost"),
        ["RABBITMQ_DIST_PORT"] = Line($"{MosquittoServer.FreePort()}"),
        ["RABBITMQ_CONFIG_FILE"] = At("rabbitmq.conf"),
        ["RABBITMQ_CONF_ENV_FILE"] = "/dev/null",
        ["RABBITMQ_ENABLED_PLUGINS_FILE"] = At("plugins"),
        ["RABBITMQ_FEATURE_FLAGS_FILE"] = At("features"),
        ["RABBITMQ_LOG_BASE"] = At("log"),
        ["RABBITMQ_MNESIA_BASE"] = At("mnesia"),
        ["RABBITMQ_PID_FILE"] = At("pid"),
        ["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] = "-kernel inet_dist_use_interface {127,0,0,1}",
    });

    private string At(string name) => Path.Combine(folder.FullName, name);
}
