using AnyEcg.Protocol;
using AnyEcg.Signal;

namespace AnyEcg.Simulator;

/// <summary>A recording cut into frames once, for any number of devices that replay it. Immutable; any thread.</summary>
internal sealed class FrameTape
{
    private readonly List<Piece> pieces = [];
    private readonly StreamDescriptor descriptor;
    private readonly long? recordedNs;
    private readonly long end;

    /// <summary>Reads the recording to its end.</summary>
    public FrameTape(FrameSource source)
    {
        descriptor = source.Descriptor;
        recordedNs = source.RecordedNs;
        EcgFrame frame = new();
        while (source.TryNext(frame))
            pieces.Add(new Piece(frame.FirstSample, frame.SamplesPerLead, frame.LeadOff, frame.Samples.ToArray(), source.Position));
        end = source.Position;
    }

    /// <summary>The recording for one device.</summary>
    public IFrameSource Play() => new Player(this);

    /// <param name="First">First sample.</param>
    /// <param name="Count">Samples per lead.</param>
    /// <param name="LeadOff">Leads that are missing.</param>
    /// <param name="Samples">Lead-major.</param>
    /// <param name="Position">Sample after the last that was looked at.</param>
    private readonly record struct Piece(long First, int Count, uint LeadOff, float[] Samples, long Position);

    private sealed class Player(FrameTape tape) : IFrameSource
    {
        private int next;
        private bool ended;
        private long? startNs;

        public StreamDescriptor Descriptor { get; private set; } = tape.descriptor;

        public StreamFormat Format { get; } = tape.descriptor.ToStreamFormat();

        public long Position => ended ? tape.end : next == 0 ? 0 : tape.pieces[next - 1].Position;

        public long? RecordedNs => tape.recordedNs;

        public bool TryNext(EcgFrame into)
        {
            ended = next == tape.pieces.Count;
            if (ended)
                return false;
            Piece piece = tape.pieces[next++];
            into.Resize(Format.Leads.Count, piece.Count);
            into.Epoch = Descriptor.Epoch;
            into.FirstSample = piece.First;
            into.LeadOff = piece.LeadOff;
            into.DeviceTimeMark = startNs is null ? DeviceTimeMark.None : DeviceTimeMark.FirstSample;
            into.DeviceTimeNs = startNs is long start ? start + (long)Math.Round(piece.First * (1e9 / Format.SampleRateHz)) : 0;
            piece.Samples.CopyTo(into.Samples);
            return true;
        }

        public void Rewind(uint newEpoch, long? newStartNs)
        {
            (next, ended) = (0, false);
            startNs = newStartNs;
            Descriptor = Descriptor with { Epoch = newEpoch };
        }

        public void Dispose()
        {
            // The tape is shared and owns nothing but memory.
        }
    }
}
