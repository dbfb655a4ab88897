using AnyEcg.Protocol;
using AnyEcg.Signal;

namespace AnyEcg.Simulator;

/// <summary>
/// All that one device sends, in order, with the faults of its seed: descriptor, status, frames, marks, at the end offline. A frame
/// is due when its last sample is taken. Pure: the same source, options and start give the same messages.
/// </summary>
internal sealed class DeviceScript
{
    private readonly IFrameSource source;
    private readonly SimulatedDeviceOptions options;
    private readonly DeviceWords words;
    private readonly DeviceStamps stamps;
    private readonly SignalFaults signal;
    private readonly FrameCutter cutter;
    private readonly FaultDice dice;
    private readonly Queue<(double At, Func<DeviceMessage> Say)> events;
    private readonly EcgFrame frame = new();
    private double lastDue;

    /// <param name="source">At its beginning.</param>
    /// <param name="signal">What spoils its samples.</param>
    /// <param name="options">Of the device.</param>
    /// <param name="startNs">Time of its first sample, nanoseconds since the Unix epoch.</param>
    public DeviceScript(IFrameSource source, SignalFaults signal, SimulatedDeviceOptions options, long startNs)
    {
        this.source = source;
        this.options = options;
        this.signal = signal;
        stamps = new DeviceStamps(source, options, startNs);
        words = new DeviceWords(options, source.Format.Leads.Count);
        cutter = new FrameCutter(signal.Edges.Concat(stamps.Edges));
        dice = new FaultDice(options.Faults, options.Seed);
        IEnumerable<(double At, Func<DeviceMessage> Say)> marks = options.DeviceFaults.Marks.Select(
            mark => (mark.At, (Func<DeviceMessage>)(() => words.Mark(mark, stamps, lastDue))));
        events = new(words.Changes.Select(at => (at, (Func<DeviceMessage>)(() => words.Status(at, lastDue)))).Concat(marks).OrderBy(e => e.Item1));
    }

    /// <summary>Reads the source as it is enumerated; enumerate once.</summary>
    public IEnumerable<DeviceMessage> Messages()
    {
        do
        {
            foreach (DeviceMessage message in Pass())
                yield return message;
        }
        while (options.Loop && source.Position > 0 && stamps.NextPass());
        yield return words.Offline(lastDue);
    }

    /// <summary>The samples alone, of one pass, up to a count since the first; instead of the messages.</summary>
    public IEnumerable<(EcgFrame Frame, long First)> Samples(long count)
    {
        source.Rewind(stamps.Epoch, null);
        while (source.Position < count && source.TryNext(frame))
        {
            long first = frame.FirstSample;
            signal.Apply(frame, first);
            foreach ((EcgFrame piece, long at) in cutter.Cut(frame, first, count))
            {
                if (!stamps.Reach(at).Down)
                    yield return (piece, at);
            }
        }
    }

    /// <summary>The source once, from its beginning.</summary>
    private IEnumerable<DeviceMessage> Pass()
    {
        source.Rewind(stamps.Epoch, null);
        lastDue = Math.Max(lastDue, stamps.DueAt(stamps.PassStart));
        foreach (DeviceMessage message in Introduce())
            yield return message;
        Delayed late = new(options.Faults.ReorderDepth);
        while (source.TryNext(frame))
        {
            long first = stamps.PassStart + frame.FirstSample;
            signal.Apply(frame, first);
            foreach ((EcgFrame piece, long at) in cutter.Cut(frame, first))
            {
                foreach (DeviceMessage message in Piece(piece, at, late))
                    yield return message;
            }
        }

        if (late.Rest() is { } rest)
            yield return rest;
    }

    private IEnumerable<DeviceMessage> Piece(EcgFrame piece, long at, Delayed late)
    {
        (bool down, bool restarted) = stamps.Reach(at);
        if (down)
            yield break;
        if (restarted)
        {
            lastDue = Math.Max(lastDue, stamps.DueAt(at));
            foreach (DeviceMessage message in Introduce())
                yield return message;
        }

        FrameFaults faults = dice.Next();
        piece.LeadOff |= signal.FlaggedAt(at);
        stamps.Put(piece, at);
        double due = Math.Max(lastDue, stamps.DueAt(at + piece.SamplesPerLead) + faults.DelaySeconds);
        while (events.TryPeek(out (double At, Func<DeviceMessage> Say) next) && next.At + options.PhaseSeconds <= due)
        {
            lastDue = Math.Max(lastDue, next.At + options.PhaseSeconds);
            yield return events.Dequeue().Say();
        }

        lastDue = due;
        DeviceMessage own = Frame(piece, faults.Lost);
        if (faults.Late && late.TryHold(own))
            yield break;
        yield return own;
        if (faults.Duplicated)
            yield return own with { Fate = FrameFate.Duplicate, Samples = 0 };
        if (late.Passed() is { } overtaken)
            yield return overtaken with { AtSeconds = own.AtSeconds };
    }

    private IEnumerable<DeviceMessage> Introduce()
    {
        yield return words.Meta(source.Descriptor with { Epoch = stamps.Epoch }, lastDue);
        yield return words.Status(lastDue - options.PhaseSeconds, lastDue);
    }

    private DeviceMessage Frame(EcgFrame piece, bool lost) => new(
        InputKind.Frame,
        lastDue,
        words.FrameTopic,
        lost ? default : options.Encoding.Encode(piece),
        options.Encoding.ContentType(),
        lost ? FrameFate.Lost : FrameFate.Sent)
    {
        Samples = piece.SamplesPerLead,
    };

    /// <summary>A frame that is sent after some that follow it.</summary>
    private sealed class Delayed(int depth)
    {
        private DeviceMessage? held;
        private int left;

        /// <summary>False where one is held already.</summary>
        public bool TryHold(DeviceMessage message)
        {
            if (held is not null)
                return false;
            (held, left) = (message, depth);
            return true;
        }

        /// <summary>A frame overtook it; gives it back when that was the last one.</summary>
        public DeviceMessage? Passed() => held is not null && --left == 0 ? Rest() : null;

        public DeviceMessage? Rest()
        {
            DeviceMessage? rest = held;
            held = null;
            return rest;
        }
    }
}
