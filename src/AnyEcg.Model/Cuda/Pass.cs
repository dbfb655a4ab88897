using System.Runtime.InteropServices;

namespace AnyEcg.Model;

/// <summary>Mirrors <c>Pass</c> of pass.cuh, field by field, where each is explained: what every kernel is given, addresses of the device.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct Pass
{
    // The plan.
    public nint Counts;
    public nint Rows;
    public nint Tokens;
    public nint Presence;
    public nint Order;
    public nint Cross;
    public nint Patches;
    public nint Context;

    // What outlasts a pass.
    public nint Rings;
    public nint Tails;
    public nint LastStates;
    public nint Sums;
    public nint Maxima;

    // Between kernels.
    public nint Rotary;
    public nint Steps;
    public nint X;
    public nint Normed;
    public nint Qkv;
    public nint Attended;
    public nint Hidden;
    public nint States;
    public nint Before;
    public nint BeatContext;
    public nint NextLogits;
    public nint RowInput;
    public nint G;
    public nint GReal;
    public nint EpochInput;
    public nint RecordHidden;
    public nint RowLogits;
    public nint RecordLogits;

    // Weights that kernels read; products have their own. "Packed": in the order of products.cuh, which TileWeights.cs makes.
    public nint Conv1, Conv2, Conv3;
    public nint Conv1Bias, Conv2Bias, Conv3Bias;
    public nint ConvNorm1Weight, ConvNorm1Bias, ConvNorm2Weight, ConvNorm2Bias, ConvNorm3Weight, ConvNorm3Bias;
    public nint LeadEmbedding;
    public nint QueryToken;
    public nint RotaryRates;
    public nint Layers;
    public nint NormWeight, NormBias, PoolWeight, PoolBias;
    public nint Projection, ProjectionBias;
    public nint Codes;
    public nint BeatLocal;
    public nint BeatLocalBias;
    public nint BeatHidden;
    public nint BeatHiddenBias;
    public nint BeatOutput;
    public nint BeatOutputBias;
    public nint Reconstruction;
    public nint ReconstructionBias;

    // Scores, laid out as StepScores.
    public nint Rhythm;
    public nint Anomaly;
    public nint Beats;
    public nint BeatOffset;
    public nint Surprise;
    public nint Code;
    public nint Arrhythmia;
    public nint RecordAnomaly;
    public nint Strip;
    public nint Reconstructed;

    // Of this launch.
    public nint Product;
    public nint ProductBias;
    public int Layer;
    public int Flags, Outputs, ProductRows;
}

/// <summary>Mirrors <c>LayerVectors</c> of pass.cuh.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct LayerVectors
{
    public nint Norm1Weight, Norm1Bias, Norm2Weight, Norm2Bias;
    public nint QueryWeight, QueryBias;
    public nint KeyWeight, KeyBias;
}
