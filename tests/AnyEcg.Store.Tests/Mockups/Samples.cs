using System.Text;
using AnyEcg.Signal;

namespace AnyEcg.Store.Tests;

/// <summary>Short ways to inputs and works.</summary>
internal static class Samples
{
    public static StreamKey Anna { get; } = new("ward", "anna");

    public static StreamKey Bert { get; } = new("ward", "bert");

    public static StreamKey Other { get; } = new("clinic", "anna");

    public static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    public static JournalInput Input(StreamKey stream, long n, byte[]? body = null, object? token = null) =>
        new(stream, Kind: 1, ReceivedNs: n * 1_000_000_000, Epoch: 7, FirstSample: n * 250, Samples: 250, body ?? Bytes($"{stream}:{n}"), token);

    public static TransitionWork Transition(StreamKey stream, byte alert, int revision, string body = "body", bool over = false, long sequence = 1) => new(stream)
    {
        AlertId = Id(alert),
        Revision = revision,
        Kind = "asystole",
        Over = over,
        Body = Bytes(body),
        Attributes = Bytes("attributes"),
        Sequence = sequence,
        OnsetNs = alert * 1_000_000_000L,
        EventNs = (alert * 1_000_000_000L) + revision,
        ReceivedNs = (alert * 1_000_000_000L) + revision + 5,
    };

    public static Guid Id(byte alert) => new(0x11, 0x22, 0x33, [0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff, 0, alert]);

    public static SnapshotWork Snapshot(StreamKey stream, long sequence, string body = "state") =>
        new(stream, sequence, "test 1", Bytes(body), sequence * 1_000_000_000);

    public static ActionWork Action(StreamKey stream, string kind, long timeNs = 5) => new(stream)
    {
        TimeNs = timeNs,
        ReceivedNs = timeNs,
        Operator = "op",
        Kind = kind,
        Outcome = "done",
    };

    public static HoldWork Hold(StreamKey stream, string body) =>
        new(stream) { ContentType = "application/json", Properties = Bytes("p"), ReceivedNs = 9, Body = Bytes(body) };
}
