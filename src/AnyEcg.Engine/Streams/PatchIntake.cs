using AnyEcg.Signal;

namespace AnyEcg.Engine;

/// <summary>Where a stream's signal path puts its seconds: set to the stream whose frame is being pushed. Engine thread only.</summary>
internal sealed class PatchIntake(PatchPool pool, StepScheduler scheduler) : IPatchSink
{
    private StreamSession? session;

    /// <summary>When the engine was given the input that is handled now.</summary>
    public long InputStamp { private get; set; }

    public PatchIntake For(StreamSession current)
    {
        session = current;
        return this;
    }

    public PatchSecond Rent(int leadCount) => pool.Rent(leadCount);

    public void Emit(PatchSecond second) => scheduler.Ready(session!, second, InputStamp);
}
