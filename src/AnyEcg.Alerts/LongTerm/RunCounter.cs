using AnyEcg.Signal;

namespace AnyEcg.Alerts;

/// <summary>Couplets and runs of one class: beats of it in a row, ended by any other beat or by a break. Engine thread only.</summary>
/// <param name="of">The class.</param>
/// <param name="fastAbove">Rate in 1/min from which a run is a fast one.</param>
internal sealed class RunCounter(BeatClass of, double fastAbove) : IStateful
{
    private const int Couplet = 2, ShortestRun = 3;

    private EcgPlace first;
    private long last;
    private long length;

    /// <summary>The one with the most beats; of equals the first.</summary>
    public RunFact? Longest { get; private set; }

    public RunFact? Fastest { get; private set; }

    public void Take(TrainBeat beat, StreamReading reading, RunTotals into)
    {
        if (beat.Class != of)
        {
            Break(into);
            return;
        }

        if (length++ == 0)
            first = reading.PlaceOf(beat.Sample);
        last = beat.Sample;
    }

    /// <summary>What stands so far is all that is known of it.</summary>
    public void Break(RunTotals into)
    {
        if (length == Couplet)
            into.Couplets++;
        else if (length >= ShortestRun)
            End(into);
        length = 0;
    }

    public void Restart()
    {
        length = 0;
        (Longest, Fastest) = (null, null);
    }

    private void End(RunTotals into)
    {
        RunFact run = new(first, length, RateWindow.Rate(length - 1, last - first.Sample) ?? 0);
        into.Runs++;
        into.FastRuns += run.Rate > fastAbove ? 1 : 0;
        Longest = Longest is { } longest && longest.Beats >= run.Beats ? longest : run;
        Fastest = Fastest is { } fastest && fastest.Rate >= run.Rate ? fastest : run;
    }

    public void Exchange(StateExchange state)
    {
        state.Value(ref first);
        state.Value(ref last, ref length);
        (Longest, Fastest) = (state.Optional(Longest), state.Optional(Fastest));
    }
}
