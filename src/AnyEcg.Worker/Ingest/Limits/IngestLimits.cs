using System.IO.Enumeration;
using AnyEcg.Mqtt;
using AnyEcg.Protocol;

namespace AnyEcg.Worker;

/// <summary>Why a message is not taken: the reason as a metric label, and what its acknowledgement says.</summary>
internal readonly record struct Refusal(string Reason, MqttReasonCode Code);

/// <summary>
/// The limits of all groups and what is left of them. What exceeds one is refused at once, so that it holds nobody else up.
/// Groups without a stream are forgotten when too many are known, so invented names cost no memory. Receive loop only.
/// </summary>
internal sealed class IngestLimits(IngestOptions options, TimeProvider time)
{
    /// <summary>Groups known at once.</summary>
    public const int MaxGroups = 4096;

    private readonly Dictionary<string, GroupQuota> groups = new(StringComparer.Ordinal);
    private readonly QuotaSizes sizes = options.Limits.Over(QuotaSizes.Default);
    private readonly long start = time.GetTimestamp();

    public TimeProvider Time => time;

    public IngestOptions Options => options;

    public QueueShare Queue { get; } = new(options.QueueFrames);

    /// <summary>Seconds on a clock that nobody sets.</summary>
    public double Now() => time.GetElapsedTime(start).TotalSeconds;

    /// <summary>The quota of a group; null when too many groups have streams.</summary>
    public GroupQuota? Group(string name)
    {
        if (groups.TryGetValue(name, out GroupQuota? quota))
        {
            return quota;
        }

        if (groups.Count >= MaxGroups)
        {
            foreach ((string idle, _) in groups.Where(g => g.Value.IsIdle).ToArray())
            {
                groups.Remove(idle);
            }
        }

        if (groups.Count >= MaxGroups)
        {
            return null;
        }

        quota = new GroupQuota(SizesOf(name), Now());
        groups.Add(name, quota);
        return quota;
    }

    /// <summary>Judges a message of a known stream and takes it off what is left; null: it may pass.</summary>
    public static Refusal? Judge(TopicEntry entry, in MqttInbound message, double now)
    {
        int bytes = message.Payload.Length;
        DeviceStream stream = entry.Stream;
        if (bytes > stream.Group.Sizes.MaxPayloadBytes)
        {
            return new Refusal("too-large", MqttReasonCode.PayloadFormatInvalid);
        }

        // An old message that the broker keeps: it was taken when it was new, or it was put there to be read again and again.
        if (message.Retain && entry.Kind is (InputKind.Frame or InputKind.Mark))
        {
            return new Refusal("retained", MqttReasonCode.PayloadFormatInvalid);
        }

        return Exceeded(entry, bytes, now) is { } reason ? new Refusal(reason, MqttReasonCode.QuotaExceeded) : null;
    }

    private static string? Exceeded(TopicEntry entry, int bytes, double now)
    {
        StreamQuota stream = entry.Stream.Quota;
        GroupQuota group = entry.Stream.Group;
        bool frame = entry.Kind == InputKind.Frame;
        string? own = frame
            ? stream.Frames.Lacks(bytes, now) switch { 1 => "stream-frame-rate", 2 => "stream-byte-rate", _ => null }
            : stream.Notes.Has(1, now) ? null : "stream-note-rate";
        string? reason = own ?? group.Messages.Lacks(bytes, now) switch { 1 => "group-message-rate", 2 => "group-byte-rate", _ => null };
        if (reason is not null)
        {
            return reason;
        }

        group.Messages.Take(bytes);
        if (frame)
        {
            stream.Frames.Take(bytes);
        }
        else
        {
            stream.Notes.Take(1);
        }

        return null;
    }

    /// <summary>Of several patterns that fit, the one with most letters is the closest.</summary>
    private QuotaSizes SizesOf(string group)
    {
        GroupLimits? closest = options.GroupLimits.Where(p => FileSystemName.MatchesSimpleExpression(p.Key, group, ignoreCase: false))
            .OrderByDescending(p => p.Key.Count(c => c is not ('*' or '?'))).ThenBy(p => p.Key, StringComparer.Ordinal).FirstOrDefault().Value;
        return closest?.Over(sizes) ?? sizes;
    }
}
