using System.Text.Json;
using AnyEcg.Signal;

namespace AnyEcg.Protocol;

/// <summary>The patient pressed the button. Without a time it is dated by its receipt; the sample is not used yet. Immutable.</summary>
/// <param name="Epoch">Epoch of <see cref="Sample"/>.</param>
/// <param name="Sample">Sample of the epoch at the device rate.</param>
/// <param name="TimeNs">Device time, nanoseconds since the Unix epoch.</param>
/// <param name="Text">What the patient says of it, at most 200 characters.</param>
public sealed record PatientMark(uint? Epoch = null, long? Sample = null, long? TimeNs = null, string? Text = null)
{
    private const int MaxText = 200;

    /// <summary>
    /// Reads a payload, which may be empty; <paramref name="mark"/> is null exactly when a reason is returned. Where it names its stream, that must be
    /// the stream of its <paramref name="topic"/>.
    /// </summary>
    public static DocumentRejection TryParse(ReadOnlyMemory<byte> utf8, out PatientMark? mark, StreamKey? topic = null)
    {
        mark = null;
        if (utf8.IsEmpty)
        {
            mark = new PatientMark();
            return DocumentRejection.None;
        }

        DocumentRejection fault = StatusJson.Open(utf8, topic, out JsonDocument? document);
        if (fault != DocumentRejection.None)
            return fault;
        using (document)
        {
            JsonElement root = document!.RootElement;
            if (!root.TryInteger("epoch", 0, uint.MaxValue, null, out long? epoch)
                || !root.TryInteger("sample", 0, FrameLimits.MaxFirstSample, null, out long? sample)
                || !root.TryTime("time", out long? time)
                || !root.TryText("text", out string? text)
                || text?.Length > MaxText)
                return DocumentRejection.BadField;
            mark = new PatientMark((uint?)epoch, sample, time, text);
            return DocumentRejection.None;
        }
    }
}
