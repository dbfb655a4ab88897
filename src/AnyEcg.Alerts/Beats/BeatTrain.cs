using AnyEcg.Signal;

namespace AnyEcg.Alerts;

/// <summary>
/// The latest beats of one stretch of readable signal, ascending: no interval in it spans a loss, because a loss clears it.
/// Fixed capacity; the oldest falls out. Engine thread only.
/// </summary>
internal sealed class BeatTrain(int capacity) : IStateful
{
    /// <summary>Two beats cannot lie closer than this (200 ms at 300 Hz): the refractory time of the heart.</summary>
    public const int RefractorySamples = 60;

    private readonly TrainBeat[] beats = new TrainBeat[capacity];
    private int head;

    public int Count { get; private set; }

    /// <summary>The beat that lies <paramref name="back"/> before the newest; 0 is the newest.</summary>
    public TrainBeat this[int back] => beats[Slot(back)];

    public void Clear() => Count = 0;

    /// <summary>
    /// Adds a beat, usually at the end; one that was found late goes to its place. False when it stands within the refractory
    /// time of a beat already there, or before all that a full train still holds.
    /// </summary>
    public bool Insert(TrainBeat beat)
    {
        int back = 0;
        while (back < Count && this[back].Sample > beat.Sample)
            back++;
        bool nearOlder = back < Count && beat.Sample - this[back].Sample < RefractorySamples;
        bool nearNewer = back > 0 && this[back - 1].Sample - beat.Sample < RefractorySamples;
        if (nearOlder || nearNewer || back == beats.Length)
            return false;
        Append(beat);
        for (int i = 0; i < back; i++)
            (beats[Slot(i)], beats[Slot(i + 1)]) = (beats[Slot(i + 1)], beats[Slot(i)]);
        return true;
    }

    /// <summary>Mean rate in 1/min of the newest <paramref name="count"/> beats; null where there are fewer.</summary>
    public double? RateOf(int count) =>
        count < 2 || Count < count ? null : Rate(count - 1, this[0].Sample - this[count - 1].Sample);

    /// <summary>Mean rate in 1/min over the intervals within the last <paramref name="samples"/> before <paramref name="end"/>.</summary>
    /// <param name="covered">Samples that these intervals cover.</param>
    public double? RateOver(long samples, long end, out long covered)
    {
        int oldest = -1;
        while (oldest + 1 < Count && this[oldest + 1].Sample >= end - samples)
            oldest++;
        covered = oldest < 1 ? 0 : this[0].Sample - this[oldest].Sample;
        return oldest < 1 ? null : Rate(oldest, covered);
    }

    /// <summary>The beats it holds, the oldest first; where in the ring they lie is of no consequence.</summary>
    public void Exchange(StateExchange state)
    {
        int count = state.Count(Count, beats.Length);
        if (state.IsRestoring)
            (Count, head) = (0, 0);
        for (int i = 0; i < count; i++)
        {
            TrainBeat beat = TrainBeat.Exchange(state, state.IsRestoring ? default : this[count - 1 - i]);
            if (state.IsRestoring)
                Append(beat);
        }
    }

    private static double Rate(int intervals, long samples) => intervals * 60.0 * PatchSecond.ModelRateHz / samples;

    private int Slot(int back)
    {
        int slot = head - 1 - back;
        return slot < 0 ? slot + beats.Length : slot;
    }

    private void Append(TrainBeat beat)
    {
        beats[head] = beat;
        head = head + 1 == beats.Length ? 0 : head + 1;
        Count = Math.Min(Count + 1, beats.Length);
    }
}
