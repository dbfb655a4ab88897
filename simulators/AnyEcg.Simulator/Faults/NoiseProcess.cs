namespace AnyEcg.Simulator;

/// <summary>
/// One lead's noise of unit power, sample after sample: white or sparse pulses through two first-order filters, scaled by the
/// energy of their response to one pulse. Sequential; the same seed gives the same noise.
/// </summary>
internal sealed class NoiseProcess
{
    /// <summary>Steps of an electrode that moves, in a second.</summary>
    private const double StepsPerSecond = 1.5;

    private readonly NoiseKind kind;
    private readonly SeededNoise source;
    private readonly double rate;
    private readonly double mainsHz;
    private readonly double scale;
    private double first, second, before;

    public NoiseProcess(NoiseFault fault, double rate, SeededNoise source)
    {
        kind = fault.Kind;
        mainsHz = fault.MainsHz;
        this.rate = rate;
        this.source = source;
        scale = 1;
        if (kind != NoiseKind.Hum)
            scale = 1 / Math.Sqrt(Energy());
    }

    /// <param name="index">Counts up by one from call to call.</param>
    public double Next(long index) => kind switch
    {
        NoiseKind.Hum => Hum(index / rate),
        NoiseKind.ElectrodeMotion => scale * Shape(Pulse(index)),
        _ => scale * Shape(source.Normal(index)),
    };

    /// <summary>Unit power: 1/2 of a sine's squared height, shared by both frequencies.</summary>
    private double Hum(double t)
    {
        double phase = (2 * Math.PI * mainsHz * t) + (0.6 * Math.Sin(2 * Math.PI * 0.07 * t));
        return Math.Sqrt(2 / 1.04) * (Math.Sin(phase) + (0.2 * Math.Sin(3 * phase)));
    }

    /// <summary>Rarely something, then much: unit power like white noise.</summary>
    private double Pulse(long index)
    {
        double chance = StepsPerSecond / rate;
        return source.Uniform(2 * index) < chance ? source.Normal((2 * index) + 1) / Math.Sqrt(chance) : 0;
    }

    private double Shape(double x) => kind switch
    {
        NoiseKind.BaselineWander => LowPass(x, 0.3, 0.3),
        NoiseKind.ElectrodeMotion => LowPass(x, 0.8, 8),
        _ => HighPass(x, 20),
    };

    private double LowPass(double x, double hz1, double hz2)
    {
        first += Share(hz1) * (x - first);
        second += Share(hz2) * (first - second);
        return second;
    }

    private double HighPass(double x, double hz)
    {
        double keep = 1 - Share(hz);
        first = keep * (first + x - before);
        before = x;
        double was = second;
        second = first;
        return first - (0.3 * was);
    }

    private double Share(double hz) => 1 - Math.Exp(-2 * Math.PI * hz / rate);

    /// <summary>Sum of squares of the response to one pulse, until it has died away; leaves the filters at rest.</summary>
    private double Energy()
    {
        double energy = 0;
        for (int i = 0; i < 10 * rate; i++)
        {
            double y = Shape(i == 0 ? 1 : 0);
            energy += y * y;
        }

        (first, second, before) = (0, 0, 0);
        return energy;
    }
}
