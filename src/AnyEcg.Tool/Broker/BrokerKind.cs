namespace AnyEcg.Tool;

/// <summary>Brokers whose settings we know by name.</summary>
internal enum BrokerKind
{
    Unknown,
    Mosquitto,
}

/// <summary>The setting to change for each trouble, by broker; for one that does not tell its name, those of the brokers we know.</summary>
internal static class BrokerAdvice
{
    public static string Queue(BrokerKind kind) => Choose(
        kind,
        "max_queued_messages (default 1000) and max_queued_bytes: size them for the outage budget, as deploy/mosquitto does",
        "RabbitMQ: a policy with max-length for the queues 'mqtt-subscription-*'");

    public static string Expiry(BrokerKind kind) => Choose(
        kind, "persistent_client_expiration: longer than the outage budget", "RabbitMQ: mqtt.subscription_ttl (default one day, milliseconds)");

    public static string InFlight(BrokerKind kind) => Choose(
        kind, "leave Ingest:QueueFrames of the worker at 131072, twice the packet ids: it bears what the broker sends too much", "RabbitMQ: mqtt.prefetch (default 10) paces it");

    public static string PacketSize(BrokerKind kind) => Choose(
        kind, "max_packet_size and message_size_limit: at least 1048576, or shorter frames", "RabbitMQ: the frame and message size limits of the listener");

    public static string Retain(BrokerKind kind) => Choose(kind, "retain_available true", "RabbitMQ: mqtt.retained_message_store");

    public static string Session(BrokerKind kind) => Choose(
        kind, "persistence and persistent_client_expiration", "RabbitMQ: mqtt.subscription_ttl; durable queues");

    private static string Choose(BrokerKind kind, string mosquitto, string others) =>
        kind == BrokerKind.Mosquitto ? mosquitto : $"mosquitto: {mosquitto}; {others}";
}
