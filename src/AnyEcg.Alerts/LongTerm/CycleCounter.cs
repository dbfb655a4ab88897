using AnyEcg.Signal;

namespace AnyEcg.Alerts;

/// <summary>
/// Time in bigeminy (period 2) or trigeminy (period 3): every second or third beat ventricular, the others not, over at least three
/// ventricular beats; counted from the first of them to the last. Engine thread only.
/// </summary>
internal sealed class CycleCounter(int period) : IStateful
{
    private const int Cycles = 3;

    private long first;
    private long last;
    private int ventricular;
    private int since;

    /// <summary>Samples by which the time in the pattern has grown with this beat.</summary>
    public long Take(TrainBeat beat)
    {
        if (!beat.IsVentricular)
        {
            since++;
            if (since == period)
                Break();
            return 0;
        }

        bool goesOn = ventricular > 0 && since == period - 1;
        long step = beat.Sample - last;
        (last, since) = (beat.Sample, 0);
        if (!goesOn)
        {
            (first, ventricular) = (beat.Sample, 1);
            return 0;
        }

        ventricular = Math.Min(ventricular + 1, Cycles + 1);
        return ventricular < Cycles ? 0 : ventricular == Cycles ? last - first : step;
    }

    public void Break() => (ventricular, since) = (0, 0);

    public void Exchange(StateExchange state)
    {
        state.Value(ref first, ref last);
        state.Value(ref ventricular, ref since);
    }
}
