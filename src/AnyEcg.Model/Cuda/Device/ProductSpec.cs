namespace AnyEcg.Model;

/// <summary>
/// One matrix of the network: y = x W^T, then (in this order) the bias and GELU in its tanh form; or y += x W^T and the bias.
/// W is [outputs][inputs] row by row, x [rows][inputs], y [rows][outputs]; both sizes are multiples of 8, padded with zeros. Sums are in float32.
/// </summary>
/// <param name="Name">In messages: "layer 3, query, key and value".</param>
/// <param name="Inputs">Of a row.</param>
/// <param name="Outputs">Of a row.</param>
internal sealed record ProductSpec(string Name, int Inputs, int Outputs)
{
    /// <summary>x, W and, unless <see cref="FloatOutput"/>, y and the bias are float32 in place of bfloat16.</summary>
    public bool Full { get; init; }

    /// <summary>y, and the bias, are float32.</summary>
    public bool FloatOutput { get; init; }

    /// <summary>Adds to what y holds.</summary>
    public bool Accumulate { get; init; }

    public bool Bias { get; init; }

    /// <summary>Not with <see cref="Accumulate"/>.</summary>
    public bool Gelu { get; init; }

    /// <summary>
    /// Bias and GELU by a kernel of ours behind the product, or within it where cuBLASLt can; null: as suits the card. There are reports of slow
    /// products with GELU before and after Hopper (compute capability 9), so only there GELU is left to cuBLASLt.
    /// </summary>
    public bool? Separate { get; init; }

    internal int InputType => Full ? CublasLt.Float32 : CublasLt.Bfloat16;

    internal int OutputType => Full || FloatOutput ? CublasLt.Float32 : CublasLt.Bfloat16;

    internal bool HasEpilogue => Bias || Gelu;

    internal void Validate()
    {
        if (Inputs <= 0 || Outputs <= 0 || Inputs % 8 != 0 || Outputs % 8 != 0 || (Gelu && (Accumulate || !Bias)))
            throw new ArgumentException($"{Name}: {Inputs} inputs and {Outputs} outputs must be multiples of 8, and GELU follows a bias and no sum.");
    }
}
