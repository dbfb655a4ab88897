namespace AnyEcg.Model;

/// <summary>The products of a step, opened: one algorithm each, for all buckets.</summary>
internal sealed class CudaProducts : IDisposable
{
    private readonly List<Product> all = [];

    public CudaProducts(ProductLibrary library, CudaWeights weights)
    {
        try
        {
            Product Open(CudaLinear linear)
            {
                all.Add(linear.Open(library));
                return all[^1];
            }

            Embed = Open(weights.Embed);
            Layers = [.. weights.Blocks.Select(block => new LayerProducts(Open(block.Qkv), Open(block.Out), Open(block.Up), Open(block.Down)))];
            BeatContext = Open(weights.BeatContext);
            NextCode = Open(weights.NextCode);
            Row = Open(weights.Row);
            RowHeads = Open(weights.RowHeads);
            Record = Open(weights.Record);
            RecordHeads = Open(weights.RecordHeads);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public Product Embed { get; }

    public LayerProducts[] Layers { get; }

    public Product BeatContext { get; }

    public Product NextCode { get; }

    public Product Row { get; }

    public Product RowHeads { get; }

    public Product Record { get; }

    public Product RecordHeads { get; }

    public IReadOnlyList<Product> All => all;

    /// <summary>Which products are not computed alike at every size of a pass; empty where all are.</summary>
    public string Trouble => all.Find(product => !product.Choice.IsCommon) is { } first
        ? $"cuBLASLt has no algorithm that takes passes of every size for {first.Name}{(all.Count(product => !product.Choice.IsCommon) is var count and > 1 ? $" and {count - 1} other products" : "")}: the last bits of a score may depend on the batch."
        : "";

    public void Dispose()
    {
        for (int i = all.Count - 1; i >= 0; i--)
        {
            all[i].Dispose();
        }
    }
}

/// <summary>The products of one layer.</summary>
internal sealed record LayerProducts(Product Qkv, Product Out, Product Up, Product Down);
