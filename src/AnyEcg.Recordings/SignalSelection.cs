using System.Collections.Immutable;
using AnyEcg.Signal;

namespace AnyEcg.Recordings;

/// <summary>
/// Which signals of a recording make the stream: those that are voltages with a positive gain and whose names do not say that
/// they are something else, and of these the ones of a single rate. The rate is the one that most of them have within what the
/// signal path takes, the higher one of two. Nothing is resampled: a stream has one rate, and a guess at another would be worse
/// than a lead less. The others are named with the reason.
/// </summary>
internal sealed class SignalSelection
{
    public SignalSelection(ImmutableArray<RecordedSignal> signals)
    {
        List<string> leftOut = [];
        List<int> candidates = [];
        for (int i = 0; i < signals.Length; i++)
        {
            if (WhyNot(signals[i]) is { } reason)
            {
                leftOut.Add($"signal {i} '{signals[i].Name}' {reason}");
            }
            else
            {
                candidates.Add(i);
            }
        }

        double? rate = candidates.GroupBy(i => signals[i].SampleRateHz)
            .OrderByDescending(group => group.Key is >= StreamFormat.MinSampleRateHz and <= StreamFormat.MaxSampleRateHz)
            .ThenByDescending(group => group.Count())
            .ThenByDescending(group => group.Key)
            .FirstOrDefault()?.Key;
        Indices = [.. candidates.Where(i => signals[i].SampleRateHz.Equals(rate))];
        leftOut.AddRange(candidates.Except(Indices).Select(i => FormattableString.Invariant(
            $"signal {i} '{signals[i].Name}' has {signals[i].SampleRateHz} Hz, the others {rate}")));
        LeftOut = [.. leftOut];
    }

    /// <summary>Indices of the signals of the stream, ascending.</summary>
    public ImmutableArray<int> Indices { get; }

    public ImmutableArray<string> LeftOut { get; }

    private static string? WhyNot(RecordedSignal signal) => signal switch
    {
        { MicrovoltsPerUnit: null } => $"is in '{signal.Units}', which is no voltage",
        _ when signal.MicrovoltsPerUnit / signal.AdcGain is not (> 0 and < double.PositiveInfinity) => FormattableString.Invariant($"has the gain {signal.AdcGain}"),
        _ when SignalNames.IsOther(signal.Name) => "is no ECG by its name",
        _ => null,
    };
}
