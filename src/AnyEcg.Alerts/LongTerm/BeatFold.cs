using AnyEcg.Signal;

namespace AnyEcg.Alerts;

/// <summary>
/// Everything that is counted from beat to beat: classes, intervals, couplets and runs, bigeminy and trigeminy, pauses. Beats in a
/// second that the network calls ventricular fibrillation do not count, as in EC57: there are none to find. Engine thread only.
/// </summary>
internal sealed class BeatFold(AlertSettings settings) : IStateful
{
    private readonly CycleCounter bigeminy = new(2);
    private readonly CycleCounter trigeminy = new(3);
    private long? last;

    public RateWindow Rates { get; } = new();

    public PauseCounter Pauses { get; } = new(settings);

    public RunCounter Ventricular { get; } = new(BeatClass.V, settings[AlertKind.VentricularTachycardia].Limit);

    public RunCounter Supraventricular { get; } = new(BeatClass.S, settings[AlertKind.SupraventricularTachycardia].Limit);

    /// <summary>The beats of an analysed second.</summary>
    public void Take(RhythmClass rhythm, StreamReading reading, LongTermTotals into)
    {
        if (rhythm == RhythmClass.VentricularFibrillation)
        {
            Break(into);
            return;
        }

        Pauses.Advance(reading, into);
        for (int back = reading.NewBeats - 1; back >= 0; back--)
            Take(reading.Primary[back], reading, into);
    }

    /// <summary>No interval, run or pattern goes on over a second that was not analysed.</summary>
    public void Break(LongTermTotals into)
    {
        last = null;
        Rates.Break();
        Pauses.Break();
        Ventricular.Break(into.Ventricular);
        Supraventricular.Break(into.Supraventricular);
        bigeminy.Break();
        trigeminy.Break();
    }

    public void Restart()
    {
        last = null;
        Rates.Restart();
        Pauses.Restart();
        Ventricular.Restart();
        Supraventricular.Restart();
        bigeminy.Break();
        trigeminy.Break();
    }

    private void Take(TrainBeat beat, StreamReading reading, LongTermTotals into)
    {
        into.Count(beat.Class);
        if (last is { } before)
        {
            into.Intervals++;
            into.IntervalSamples += beat.Sample - before;
            Pauses.Take(before, beat.Sample);
        }

        last = beat.Sample;
        if (beat.Trusted)
            Rates.Take(beat.Sample, reading, into);
        else
            Rates.Break();
        Ventricular.Take(beat, reading, into.Ventricular);
        Supraventricular.Take(beat, reading, into.Supraventricular);
        into.BigeminySamples += bigeminy.Take(beat);
        into.TrigeminySamples += trigeminy.Take(beat);
    }

    public void Exchange(StateExchange state)
    {
        last = state.Optional(last);
        state.Object(bigeminy);
        state.Object(trigeminy);
        state.Object(Rates);
        state.Object(Pauses);
        state.Object(Ventricular);
        state.Object(Supraventricular);
    }
}
