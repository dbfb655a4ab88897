using AnyEcg.Engine;
using AnyEcg.Simulator;
using AnyEcg.Tool;
using Xunit.Abstractions;

namespace AnyEcg.EndToEnd.Tests;

/// <summary>
/// What the pipeline finds against what is known to be there. The figures go to the test's output and from there into
/// docs/simulator.md; only what must hold without noise is asserted.
/// </summary>
[Collection(WholeSystem.Name)]
public sealed class TruthScoreTests(ITestOutputHelper output)
{
    /// <summary>Before it, filters and detector settle; the noise of the ladder begins here.</summary>
    private const double From = 30;

    [ReleasedFact]
    public void CleanSinus_BeatsAndRateAreThoseOfTheTruth()
    {
        using IModelRunner model = Released.Create();
        foreach (FleetMember member in ScenarioPlay.Load("quiet-ward").Members(ScenarioPlay.Folder, 1).Where(m => m.Device.Synthetic is not null && m.Device.DeviceFaults.Noise.IsEmpty).DistinctBy(m => m.Device.Key.Stream[..3]))
        {
            PlayedDevice device = ScenarioPlay.Run(model, member.Device, 120);
            Tally qrs = Qrs(device, From);
            double error = RateError(device, From);
            output.WriteLine($"{device.Name}: QRS {qrs}, mean heart-rate error {error:0.00}/min");
            Assert.True(qrs.Tp >= 0.99 * (qrs.Tp + qrs.Fn), $"{device.Name}: {qrs}");
            Assert.True(qrs.Fp <= 0.01 * qrs.Tp, $"{device.Name}: {qrs}");
            Assert.InRange(error, 0, 1.5);
        }
    }

    [ReleasedFact]
    public void NoiseLadder_SensitivityIsReported()
    {
        using IModelRunner model = Released.Create();
        foreach (FleetMember member in ScenarioPlay.Load("noise-ladder").Members(ScenarioPlay.Folder, 1))
        {
            PlayedDevice device = ScenarioPlay.Run(model, member.Device, 120);
            Tally qrs = Qrs(device, From);
            NoiseFault noise = member.Device.DeviceFaults.Noise.Single();
            output.WriteLine($"{noise.Kind} {noise.SnrDb} dB: {qrs}, heart-rate error {RateError(device, From):0.0}/min");
            if (noise.SnrDb >= 18)
                Assert.True(qrs.Tp >= 0.9 * (qrs.Tp + qrs.Fn), $"{device.Name}: {qrs}");
        }
    }

    private static Tally Qrs(PlayedDevice device, double from)
    {
        StreamTruth truth = device.Truth;
        TimedBeat[] beats =
            [.. truth.Beats.Where(b => Recordings.AamiClasses.Find(b.Code) is not null).Select(b => new TimedBeat(b.Sample / truth.SampleRateHz, Recordings.AamiClasses.Find(b.Code)!.Value))];
        return BeatMatcher.Score(beats, device.Result.Beats, from, []).Qrs;
    }

    /// <summary>Mean absolute difference between each published rate and that of the true beats of the ten seconds before it.</summary>
    private static double RateError(PlayedDevice device, double from)
    {
        StreamTruth truth = device.Truth;
        double[] beats = [.. truth.Beats.Select(b => b.Sample / truth.TrueRateHz)];
        double[] errors =
        [
            .. device.Rates.Where(r => r.Second >= from + 10).Select(r =>
            {
                double[] near = [.. beats.Where(b => b >= r.Second - 10 && b < r.Second)];
                return Math.Abs(r.Rate - (60 * (near.Length - 1) / (near[^1] - near[0])));
            }),
        ];
        return errors.Length == 0 ? double.NaN : errors.Average();
    }
}
