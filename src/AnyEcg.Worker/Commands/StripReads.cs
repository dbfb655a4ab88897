using System.Buffers;
using AnyEcg.Alerts;
using AnyEcg.Protocol;
using AnyEcg.Signal;
using AnyEcg.Store;

namespace AnyEcg.Worker;

/// <summary>
/// Strips out of the journal: the frames of an epoch that lie in a range, whenever they came, so that a backlog or a hole that was filled
/// later is found as well. Whatever has been trimmed or never came stays empty. Stateless.
/// </summary>
internal static class StripReads
{
    /// <summary>Frames of one strip; ten minutes of frames of a tenth of a second, twice.</summary>
    private const int MostFrames = 12_000;

    /// <summary>Newest alerts of a stream that are looked through for marks.</summary>
    private const int MostAlerts = 500;

    /// <summary>The answer to a strip request.</summary>
    public static CommandAnswer Answer(StoreReader reader, StreamKey key, CommandRequest request)
    {
        (EcgStrip? strip, CommandRefusal refusal) = Read(reader, key, request);
        if (strip is null)
        {
            return Missing(key, refusal);
        }

        ArrayBufferWriter<byte> document = new(1 << 16);
        StripDocument.Write(strip, document);
        return new CommandAnswer { Outcome = CommandOutcome.Done, Key = key, Command = CommandKind.Strip, Strip = document.WrittenMemory };
    }

    /// <summary>The answer where there is no strip.</summary>
    public static CommandAnswer Missing(StreamKey key, CommandRefusal refusal) => refusal == CommandRefusal.None
        ? new CommandAnswer { Outcome = CommandOutcome.UnknownAlert, Key = key, Command = CommandKind.Strip }
        : CommandDesk.Refused(key, CommandKind.Strip, refusal);

    /// <summary>Reads a strip; without one and without a refusal the alert is not known.</summary>
    public static (EcgStrip? Strip, CommandRefusal Refusal) Read(StoreReader reader, StreamKey key, CommandRequest request)
    {
        if (reader.Stream(key) is not { } stream)
        {
            return (null, CommandRefusal.UnknownStream);
        }

        AlertTransition? asked = null;
        if (request.AlertId is { } id && (asked = Whole(reader, key, id)) is null)
        {
            return (null, CommandRefusal.None);
        }

        uint epoch = asked?.Epoch ?? request.Epoch!.Value;
        (long from, long to) = asked is null ? (request.From!.Value, request.To!.Value) : Around(asked, request.Seconds ?? StripRange.UsualSeconds);
        if (FormatOf(reader, key, epoch, stream) is not { } described)
        {
            return (null, CommandRefusal.NoSamples);
        }

        StripRange range = StripRange.OfModelSamples(epoch, from, to, described.Format.SampleRateHz);
        StripAssembler assembler = new(described.Format, range, described.Descriptor.Leads);
        if (Collect(reader, key, assembler, described, range) is not { } receivedNs)
        {
            return (null, CommandRefusal.NoSamples);
        }

        IReadOnlyList<AlertTransition> alerts = AlertsIn(reader, key, range, described, asked);
        double rateHz = described.Format.SampleRateHz;
        long startNs = alerts is [var dated, ..] ? range.StartNs(dated.OnsetSample, dated.OnsetNs, rateHz) : receivedNs;
        return (assembler.Finish(key, startNs, alerts.Select(alert => StripAlert.Of(alert, alert.EndSample, rateHz))), CommandRefusal.None);
    }

    private static (long From, long To) Around(AlertTransition alert, int seconds)
    {
        long margin = StripRange.AroundSeconds * PatchSecond.ModelRateHz;
        long from = Math.Max(0, alert.OnsetSample - margin);
        long to = Math.Max(alert.OnsetSample, alert.EndSample ?? alert.DecidedSample) + margin;
        return (from, Math.Clamp(to, from + 1, from + ((long)seconds * PatchSecond.ModelRateHz)));
    }

    /// <summary>An alert with the decision of its start and the end of its last revision; null: there is none of this stream.</summary>
    private static AlertTransition? Whole(StoreReader reader, StreamKey key, Guid alertId)
    {
        IReadOnlyList<StoredTransition> all = reader.Transitions(alertId);
        if (all.Count == 0 || all[0].Stream != key || Alert(all[0].Body) is not { } start || Alert(all[^1].Body) is not { } last)
        {
            return null;
        }

        return start with { EndSample = last.EndSample };
    }

    private static AlertTransition? Alert(byte[] body) => AlertDocumentReader.TryRead(body)?.Alert;

    /// <summary>The format in force before the first frame of an epoch; where the journal has forgotten it, the stream's newest.</summary>
    private static DescribedStream? FormatOf(StoreReader reader, StreamKey key, uint epoch, StoredStream stream)
    {
        IReadOnlyList<JournalEntry> first = reader.JournalSamples(key, (byte)JournalKind.Frame, epoch, 0, long.MaxValue, 1);
        byte[]? json = first is [var frame] ? reader.JournalBefore(key, (byte)JournalKind.Format, frame.Sequence)?.Body : null;
        json ??= stream.Descriptor;
        return json is not null && DescriptorJson.TryParse(json, out StreamDescriptor? descriptor, key) == DescriptorRejection.None
            ? DescribedStream.Of(descriptor!, json)
            : null;
    }

    /// <summary>
    /// Fills a strip from the journal. Returns when its first sample was taken, at the latest: no frame is received before its last sample
    /// was taken. Null: there is no sample.
    /// </summary>
    private static long? Collect(StoreReader reader, StreamKey key, StripAssembler assembler, DescribedStream described, StripRange range)
    {
        EcgFrame frame = new();
        long? startNs = null;
        foreach (JournalEntry entry in reader.JournalSamples(key, (byte)JournalKind.Frame, range.Epoch, range.First, range.End, MostFrames))
        {
            FrameBody.Read(entry.Body, entry.ReceivedNs, frame);
            if (assembler.Add(frame))
            {
                long samples = frame.FirstSample + frame.SamplesPerLead - range.First;
                long atNs = entry.ReceivedNs - (long)(samples * 1e9 / described.Format.SampleRateHz);
                startNs = Math.Min(startNs ?? atNs, atNs);
            }
        }

        return startNs;
    }

    /// <summary>The alerts that lie in a range, that were not retracted, and the one that was asked for first of all.</summary>
    private static List<AlertTransition> AlertsIn(StoreReader reader, StreamKey key, StripRange range, DescribedStream described, AlertTransition? asked)
    {
        List<AlertTransition> found = asked is null ? [] : [asked];
        foreach (StoredAlert stored in reader.Alerts(key, most: MostAlerts))
        {
            bool near = stored.AlertId != asked?.AlertId && Alert(stored.Body) is { Phase: not AlertPhase.Retract } last && last.Epoch == range.Epoch
                && StripAlert.Of(last, last.EndSample, described.Format.SampleRateHz).Overlaps(range);
            if (near && Whole(reader, key, stored.AlertId) is { } whole)
            {
                found.Add(whole);
            }
        }

        return found;
    }
}
