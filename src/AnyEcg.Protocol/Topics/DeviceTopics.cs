using AnyEcg.Signal;

namespace AnyEcg.Protocol;

/// <summary>Topics on which a device, or a backend with a request, publishes. Names are checked: <see cref="ArgumentException"/>.</summary>
public static class DeviceTopics
{
    public static string Meta(StreamKey key) => Of(key, InputKind.Meta);

    public static string Frame(StreamKey key) => Of(key, InputKind.Frame);

    public static string Status(StreamKey key) => Of(key, InputKind.Status);

    public static string Mark(StreamKey key) => Of(key, InputKind.Mark);

    public static string Command(StreamKey key) => Of(key, InputKind.Command);

    private static string Of(StreamKey key, InputKind kind)
    {
        key = key.Checked();
        return $"{SubscriptionFilter.Root(kind)}/{key.Group}/{key.Stream}/{SubscriptionFilter.LastLevel(kind)}";
    }
}
