namespace AnyEcg.Model;

/// <summary>Weight and bias of a normalisation.</summary>
internal readonly unsafe struct Affine(float* weight, float* bias)
{
    public readonly float* Weight = weight;
    public readonly float* Bias = bias;
}

/// <summary>The tensors of one network in the layouts that the kernels read; memory of the arena.</summary>
internal sealed class PackedWeights(NativeArena arena, ModelWeights weights, MatrixUnits? units = null)
{
    public NetworkConfig Config => weights.Config;

    /// <summary>
    /// A linear layer by its name; <paramref name="rowScale"/> names a tensor whose values multiply its outputs. One that may be
    /// <paramref name="rounded"/> is computed on the matrix units where there are some.
    /// </summary>
    public PackedMatrix Linear(string name, string? rowScale = null, bool rounded = false)
    {
        float[] bias = weights[$"{name}.bias"];
        float[] matrix = weights[$"{name}.weight"];
        return new PackedMatrix(arena, matrix, bias, matrix.Length / bias.Length, rowScale is null ? [] : weights[rowScale], rounded ? units : null);
    }

    /// <summary>A matrix without bias.</summary>
    public PackedMatrix Matrix(string name, int inputs, bool rounded = false) => new(arena, weights[name], [], inputs, [], rounded ? units : null);

    public unsafe Affine Affine(string name, float scale = 1) =>
        new(Scaled($"{name}.weight", scale), Scaled($"{name}.bias", scale));

    public unsafe float* Vector(string name) => arena.Copy(weights[name]);

    private unsafe float* Scaled(string name, float scale) => arena.Copy(Array.ConvertAll(weights[name], value => value * scale));
}
