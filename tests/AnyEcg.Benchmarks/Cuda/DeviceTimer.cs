using AnyEcg.Model;

namespace AnyEcg.Benchmarks;

/// <summary>Times work of a stream by the device's own marks.</summary>
internal sealed class DeviceTimer(CudaStream stream) : IDisposable
{
    private readonly CudaEvent before = new(stream.Context, CudaEventUse.Timing), after = new(stream.Context, CudaEventUse.Timing);

    /// <summary>Seconds of the work: the median of rounds, after one that is not counted.</summary>
    public double Median(int rounds, Action<CudaStream> work)
    {
        work(stream);
        return Statistics.Median(Enumerable.Range(0, rounds).Select(_ => Once(work)).ToArray());
    }

    public void Dispose()
    {
        before.Dispose();
        after.Dispose();
    }

    private double Once(Action<CudaStream> work)
    {
        stream.Record(before);
        work(stream);
        stream.Record(after);
        after.Synchronize();
        return after.Since(before).TotalSeconds;
    }
}
