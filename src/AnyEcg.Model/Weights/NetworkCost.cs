using AnyEcg.Engine;
using AnyEcg.Signal;

namespace AnyEcg.Model;

/// <summary>
/// What one second of a stream asks of any machine, counted from the sizes alone: floating-point operations (a multiply-add is
/// two; matrix products, convolutions and attention, not the element-wise rest) and bytes. For floors: the fewest operations and the
/// least traffic that give the scores, with all heads but the reconstruction of absent leads, and full windows.
/// </summary>
public sealed class NetworkCost
{
    private readonly NetworkConfig config;
    private readonly int leads;
    private readonly bool bfloat;

    /// <param name="config">Sizes of the network.</param>
    /// <param name="leads">Leads of the stream, all present.</param>
    /// <param name="bfloat">As a GPU keeps it: rings and weights in bfloat16. Else as the CPU does: rings of 16-bit integers with scales, weights in float32.</param>
    public NetworkCost(NetworkConfig config, int leads = 1, bool bfloat = false)
    {
        config.Validate();
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(leads);
        this.config = config;
        this.leads = leads;
        this.bfloat = bfloat;
    }

    /// <summary>Keys of one token: its own lead's window, the other leads now and a second ago.</summary>
    public int Keys => config.Window + 2 * (leads - 1);

    /// <summary>Convolutions and the projection of their steps to tokens.</summary>
    public long TokenizerFlops => leads * (
        ModelWeights.Steps * (Product(ModelWeights.FirstKernel, config.Channels) + 2 * Product(ModelWeights.StepKernel * config.Channels, config.Channels))
        + Product(ModelWeights.Steps * config.Channels + 2, config.Dim));

    /// <summary>Matrices of all blocks: query, key and value, output, and the two of the MLP.</summary>
    public long BlockFlops => leads * config.Layers * (
        Product(config.Dim, 4 * config.Dim) + 2 * Product(config.Dim, config.MlpRatio * config.Dim));

    /// <summary>Scores and weighted values of all layers.</summary>
    public long AttentionFlops => leads * config.Layers * 2 * Product(Keys, config.Dim);

    public long BeatFlops => leads * (
        Product(config.Dim, ModelWeights.Steps * config.BeatContext)
        + ModelWeights.Steps * (Product(ModelWeights.BeatKernel * config.Channels, config.BeatChannels)
            + Product(config.BeatChannels + config.BeatContext, config.BeatHidden)
            + Product(config.BeatHidden, StepScores.BeatClasses + 1)));

    /// <summary>The code of each token, and the prediction of the next.</summary>
    public long CodeFlops => leads * (
        Product(config.Dim, config.CodeDim) + Product(config.CodeDim, config.Codes) + Product(config.Dim, config.Codes));

    /// <summary>Heads of the second and of the epoch.</summary>
    public long RowFlops =>
        Product(config.Dim + config.ContextFeatures, config.RowHidden)
        + Product(2 * config.RowHidden + config.Dim, config.RowHidden)
        + Product(config.RowHidden, RhythmClasses.Count + 1 + config.ArrhythmiaClasses + 1 + StripLabels.Count);

    /// <summary>All of one second.</summary>
    public long Flops => TokenizerFlops + BlockFlops + AttentionFlops + BeatFlops + CodeFlops + RowFlops;

    /// <summary>Bytes of keys and values that one second reads from the rings: all layers, all entries that earlier seconds wrote.</summary>
    public long RingBytesRead => leads * config.Layers * (config.Window - 1L + (leads - 1)) * EntryBytes;

    /// <summary>Bytes of keys and values that one second leaves in the rings.</summary>
    public long RingBytesWritten => (long)leads * config.Layers * EntryBytes;

    /// <summary>Bytes of the samples that come in and of the scores of beats that go out.</summary>
    public long InputOutputBytes => (long)leads * sizeof(float) * (PatchSecond.PatchSamples + StepScores.BeatBins * (StepScores.BeatClasses + 1));

    /// <summary>Traffic that no cache can hold once there are many streams.</summary>
    public long StreamBytes => RingBytesRead + RingBytesWritten + InputOutputBytes;

    /// <summary>Bytes of all weights: read once per step, from the nearest cache that holds them.</summary>
    public long WeightBytes => (bfloat ? sizeof(ushort) : sizeof(float)) * Parameters;

    /// <summary>Numbers in all tensors.</summary>
    public long Parameters => ModelWeights.Shapes(config).Sum(tensor => tensor.Shape.Aggregate(1L, (product, d) => product * d));

    /// <summary>Bytes of one key and its value in a ring.</summary>
    private int EntryBytes => bfloat ? 2 * config.Dim * sizeof(ushort) : new EntryLayout(config).Bytes;

    private static long Product(int inputs, int outputs) => 2L * inputs * outputs;
}
