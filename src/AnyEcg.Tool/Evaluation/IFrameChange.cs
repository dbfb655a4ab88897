using AnyEcg.Signal;

namespace AnyEcg.Tool;

/// <summary>Something done to the raw samples of a record on their way into the pipeline. Gets its frames in order.</summary>
internal interface IFrameChange
{
    void Apply(EcgFrame frame);
}
