using AnyEcg.Model;

namespace AnyEcg.Tool;

/// <summary>The most seconds of a stream that a machine can take through a network: the rates measured, divided by what one asks for.</summary>
/// <param name="Cost">Of one second of a stream; with one lead that is a lead-second.</param>
/// <param name="FlopsPerSecond">Floating-point operations a second of all threads.</param>
/// <param name="BytesPerSecond">Bytes a second that all threads read from memory.</param>
internal sealed record NetworkFloor(NetworkCost Cost, double FlopsPerSecond, double BytesPerSecond)
{
    /// <summary>Far above the caches of any machine: a gibibyte.</summary>
    public const long MemoryBytes = 1L << 30;

    public double ArithmeticSeconds => Cost.Flops / FlopsPerSecond;

    public double MemorySeconds => Cost.StreamBytes / BytesPerSecond;

    /// <summary>Seconds of a stream a second if arithmetic and memory hide behind each other entirely: no engine passes this.</summary>
    public double Overlapped => 1 / Math.Max(ArithmeticSeconds, MemorySeconds);

    /// <summary>If one waits for the other.</summary>
    public double OneAfterTheOther => 1 / (ArithmeticSeconds + MemorySeconds);

    /// <summary>Measures with so many threads, a few seconds, in a gibibyte of memory.</summary>
    public static NetworkFloor Measure(NetworkCost cost, int threads)
    {
        using MemoryRate memory = new(MemoryBytes);
        return new NetworkFloor(cost, FmaPeak.Measure(threads), memory.Read(threads));
    }
}
