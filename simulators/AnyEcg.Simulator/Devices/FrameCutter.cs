using AnyEcg.Signal;

namespace AnyEcg.Simulator;

/// <summary>Cuts frames at given samples: what holds for a frame holds for all of its samples.</summary>
internal sealed class FrameCutter
{
    private readonly long[] edges;
    private readonly EcgFrame piece = new();

    /// <param name="edges">Samples, counted since the device's first, at which a piece begins.</param>
    public FrameCutter(IEnumerable<long> edges) => this.edges = [.. edges.Distinct().Order()];

    /// <summary>The pieces in order, with their first sample since the device's first; each is good until the next is asked for.</summary>
    /// <param name="frame">Left alone.</param>
    /// <param name="first">Its first sample since the device's first.</param>
    /// <param name="limit">Nothing from this sample on.</param>
    public IEnumerable<(EcgFrame Piece, long First)> Cut(EcgFrame frame, long first, long limit = long.MaxValue)
    {
        long end = Math.Min(first + frame.SamplesPerLead, limit);
        long from = first;
        foreach (long edge in edges)
        {
            if (edge <= from || edge >= end)
                continue;
            yield return (Copy(frame, (int)(from - first), (int)(edge - from)), from);
            from = edge;
        }

        yield return from == first && end == first + frame.SamplesPerLead ? (frame, first) : (Copy(frame, (int)(from - first), (int)(end - from)), from);
    }

    private EcgFrame Copy(EcgFrame frame, int start, int length)
    {
        piece.Resize(frame.LeadCount, length);
        piece.Epoch = frame.Epoch;
        piece.FirstSample = frame.FirstSample + start;
        piece.LeadOff = frame.LeadOff;
        piece.DeviceTimeMark = frame.DeviceTimeMark;
        piece.DeviceTimeNs = frame.DeviceTimeNs;
        for (int lead = 0; lead < frame.LeadCount; lead++)
            frame.LeadSamples(lead).Slice(start, length).CopyTo(piece.LeadSamples(lead));
        return piece;
    }
}
