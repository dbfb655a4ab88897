namespace AnyEcg.Model;

/// <summary>A matrix product of the network and where its numbers lie, row by row, padded to multiples of 8 with zeros.</summary>
/// <param name="Spec">Sizes and what follows the product.</param>
/// <param name="Weights">[outputs][inputs].</param>
/// <param name="Bias">[outputs], of the type of the results; null for none.</param>
internal sealed record CudaLinear(ProductSpec Spec, WeightPart Weights, WeightPart? Bias)
{
    public Product Open(ProductLibrary products) => products.Create(Spec, Weights.Address, Bias?.Address ?? 0);
}

/// <summary>The matrices of one block.</summary>
internal sealed record CudaBlock(CudaLinear Qkv, CudaLinear Out, CudaLinear Up, CudaLinear Down);
