using AnyEcg.Signal;

namespace AnyEcg.Alerts;

/// <summary>A beat of a <see cref="BeatTrain"/>.</summary>
/// <param name="Sample">Model-rate (300 Hz) sample of the epoch.</param>
/// <param name="Class">AAMI class; Q where the classical detector found it, which knows no classes.</param>
/// <param name="Trusted">Found in a second that can be read with confidence.</param>
/// <param name="Score">Probability, or 1 from the classical detector.</param>
internal readonly record struct TrainBeat(long Sample, BeatClass Class, bool Trusted, float Score)
{
    public bool IsVentricular => Class == BeatClass.V;

    internal static TrainBeat Exchange(StateExchange state, in TrainBeat beat) =>
        new(state.Value(beat.Sample), state.Value(beat.Class), state.Value(beat.Trusted), state.Value(beat.Score));
}
