using System.Numerics;
using AnyEcg.Protocol;
using AnyEcg.Recordings;
using AnyEcg.Signal;

namespace AnyEcg.Simulator;

/// <summary>
/// A record as the sequence of frames that a device would send: no clock, no network, constant memory. Samples that the record
/// marks as missing on all leads are a gap; missing on some leads, the frame is split and that part has their lead-off bits, with
/// the last value held. One thread at a time. Owns the record.
/// </summary>
public sealed class FrameSource : IFrameSource
{
    private readonly Recording record;
    private readonly float[] block;
    private readonly float[] held;
    private readonly int stride;
    private int count;
    private int at;
    private uint epoch;
    private long? startNs;

    public FrameSource(Recording record, FrameSourceOptions options)
    {
        if (!(options.FrameSeconds is >= FrameSourceOptions.MinFrameSeconds and <= FrameSourceOptions.MaxFrameSeconds))
            throw new ArgumentOutOfRangeException(nameof(options), $"Frames of {options.FrameSeconds} s.");
        this.record = record;
        Descriptor = RecordDescriptor.Of(record, options);
        Format = Descriptor.ToStreamFormat();
        stride = Math.Max(1, (int)Math.Round(options.FrameSeconds * Format.SampleRateHz));
        block = new float[stride * Format.Leads.Count];
        held = new float[Format.Leads.Count];
        Rewind(options.Epoch, options.StartNs);
    }

    /// <summary>Opens a recording of any kind on disk; of a WFDB record the extension may be left out.</summary>
    /// <exception cref="RecordingFormatException">The record is damaged or no ECG.</exception>
    /// <exception cref="IOException">A file cannot be opened.</exception>
    public static FrameSource Open(string path, FrameSourceOptions options)
    {
        Recording record = Recording.Open(path, options.Recording);
        try
        {
            return new FrameSource(record, options);
        }
        catch
        {
            record.Dispose();
            throw;
        }
    }

    public StreamDescriptor Descriptor { get; private set; }

    public StreamFormat Format { get; }

    public string RecordName => record.Info.Name;

    /// <summary>Age and sex, where the record states them.</summary>
    public Patient Patient => record.Info.Patient;

    /// <summary>Samples per lead of the whole record.</summary>
    public long SampleCount => record.SampleCount;

    /// <summary>Sample after the last one that was looked at.</summary>
    public long Position => record.Position - count + at;

    /// <summary>Samples that no lead had, since the last rewind.</summary>
    public long GapSamples { get; private set; }

    /// <summary>Ticks per second of annotations that stand beside the record.</summary>
    public double AnnotationRateHz => record.AnnotationRateHz;

    /// <summary>What the record has beside the leads of the stream, and what is not as it should be with it, as far as is known by now.</summary>
    public IEnumerable<string> Remarks => record.LeftOut.Select(reason => $"left out: {reason}").Concat(record.Warnings);

    /// <summary>Notes inside the record's file, seconds from sample 0.</summary>
    public IReadOnlyList<RecordingNote> Notes => record.Notes;

    /// <summary>
    /// Local time of sample 0, read as UTC, nanoseconds since the Unix epoch; null without a date, and for the shifted dates of
    /// de-identified records that no such number reaches.
    /// </summary>
    public long? RecordedNs => record.Info.StartTime is { Year: > 1677 and < 2262 } start
        ? IsoTime.FromInstant(new DateTimeOffset(DateTime.SpecifyKind(start, DateTimeKind.Unspecified), TimeSpan.Zero))
        : null;

    /// <summary>Fills the next frame; false at the end of the record. <see cref="EcgFrame.ReceivedNs"/> is left alone.</summary>
    public bool TryNext(EcgFrame into)
    {
        uint all = (uint)((1L << Format.Leads.Count) - 1);
        while (at < count || ReadBlock())
        {
            uint missing = MissingAt(at);
            int length = 1;
            while (at + length < count && MissingAt(at + length) == missing)
                length++;
            if (missing != all)
            {
                Fill(into, length, missing);
                at += length;
                return true;
            }

            at += length;
            GapSamples += length;
        }

        return false;
    }

    /// <summary>Starts the record again as a new epoch.</summary>
    public void Rewind(uint newEpoch, long? newStartNs)
    {
        record.Seek(0);
        count = 0;
        at = 0;
        GapSamples = 0;
        epoch = newEpoch;
        startNs = newStartNs;
        Descriptor = Descriptor with { Epoch = newEpoch };
        for (int lead = 0; lead < held.Length; lead++)
            held[lead] = (float)Math.Round(Format.Baseline[lead]);
    }

    public void Dispose() => record.Dispose();

    private bool ReadBlock()
    {
        at = 0;
        count = record.Read(block, stride);
        return count > 0;
    }

    /// <summary>Bit i: lead i has no value at this sample of the block.</summary>
    private uint MissingAt(int sample)
    {
        uint missing = 0;
        for (int lead = 0; lead < held.Length; lead++)
            missing |= float.IsNaN(block[(lead * stride) + sample]) ? 1u << lead : 0;
        return missing;
    }

    private void Fill(EcgFrame into, int length, uint missing)
    {
        into.Resize(held.Length, length);
        into.Epoch = epoch;
        into.FirstSample = Position;
        into.LeadOff = missing;
        into.DeviceTimeMark = startNs is null ? DeviceTimeMark.None : DeviceTimeMark.FirstSample;
        into.DeviceTimeNs = startNs is long start ? start + (long)Math.Round(Position * (1e9 / Format.SampleRateHz)) : 0;
        for (int lead = 0; lead < held.Length; lead++)
            block.AsSpan((lead * stride) + at, length).CopyTo(into.LeadSamples(lead));
        for (uint leads = missing; leads != 0; leads &= leads - 1)
        {
            int lead = BitOperations.TrailingZeroCount(leads);
            into.LeadSamples(lead).Fill(held[lead]);
        }

        for (int lead = 0; lead < held.Length; lead++)
            held[lead] = into.LeadSamples(lead)[^1];
    }
}
