using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace AnyEcg.Mqtt.Tests;

/// <summary>Random packets, and a fixed-seed way to check properties.</summary>
internal static class Generators
{
    private static readonly string[] Letters = ["a", "b", "Z", "0", "-", " ", "ü", "€", "😀", "/", "."];

    public static Gen<string> Text { get; } =
        from size in Gen.Frequency((9, Gen.Choose(0, 12)), (1, Gen.Choose(100, 400)))
        from parts in Gen.Elements(Letters).ArrayOf(size)
        select string.Concat(parts);

    public static Gen<string> Name { get; } = Text.Select(text => text.Length == 0 ? "t" : text);

    public static Gen<byte[]> Bytes { get; } =
        from size in Gen.Frequency((8, Gen.Choose(0, 20)), (2, Gen.Choose(100, 20_000)))
        from seed in Gen.Choose(0, int.MaxValue - 1)
        select RandomBytes(seed, size);

    public static Gen<MqttMessage> Message { get; } =
        from topic in Name
        from payload in Bytes
        from qos in Gen.Elements(Enum.GetValues<MqttQos>())
        from flags in Gen.Choose(0, 3)
        from contentType in Name.OrNull()
        from responseTopic in Name.OrNull()
        from correlation in Bytes
        from expiry in Gen.Choose(-100_000, 100_000)
        from pairs in Gen.Zip(Text, Text).ListOf(3)
        select new MqttMessage
        {
            Topic = topic,
            Payload = payload,
            Qos = qos,
            Retain = (flags & 1) != 0,
            PayloadIsUtf8 = (flags & 2) != 0,
            ContentType = contentType,
            ResponseTopic = responseTopic,
            CorrelationData = correlation,
            MessageExpiry = expiry < 0 ? null : TimeSpan.FromSeconds(expiry),
            UserProperties = [.. pairs.Select(p => new KeyValuePair<string, string>(p.Item1, p.Item2))],
        };

    public static Gen<MqttSubscription> Subscription { get; } =
        from filter in Name
        from qos in Gen.Elements(Enum.GetValues<MqttQos>())
        from flags in Gen.Choose(0, 3)
        from handling in Gen.Elements(Enum.GetValues<MqttRetainHandling>())
        select new MqttSubscription(filter, qos, handling, (flags & 1) != 0, (flags & 2) != 0);

    /// <summary>Topic levels from a small alphabet, so that names and filters often meet.</summary>
    public static Gen<string> Path(params string[] levels) =>
        from size in Gen.Choose(1, 4)
        from parts in Gen.Elements(levels).ArrayOf(size)
        select string.Join('/', parts);

    /// <summary>Checks a property with a fixed seed; throws with the smallest counterexample.</summary>
    public static void Check<T>(Gen<T> gen, Action<T> property, int tests = 300) =>
        Prop.ForAll(Arb.From(gen), property).Check(Config.QuickThrowOnFailure.WithMaxTest(tests).WithReplay(20_251, 7));

    /// <summary>The same for a property that waits for something.</summary>
    public static void Check<T>(Gen<T> gen, Func<T, Task> property, int tests) =>
        Prop.ForAll(Arb.From(gen), property).Check(Config.QuickThrowOnFailure.WithMaxTest(tests).WithReplay(20_251, 7));

    public static byte[] Encode<TPacket>(TPacket packet, MqttVersion version = MqttVersion.V5)
        where TPacket : IOutgoingPacket
    {
        PacketWriter writer = new() { Version = version };
        packet.WriteTo(writer);
        return writer.Written.ToArray();
    }

    /// <summary>The body of an encoded packet, its fixed header checked and cut off.</summary>
    public static byte[] Body(byte[] packet, out byte header)
    {
        ReadOnlySpan<byte> bytes = packet;
        Assert.True(FrameReader.TryRead(ref bytes, uint.MaxValue, out header, out ReadOnlySpan<byte> body));
        Assert.True(bytes.IsEmpty);
        return body.ToArray();
    }

    public static string Utf8(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);

    private static byte[] RandomBytes(int seed, int size)
    {
        byte[] bytes = new byte[size];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
