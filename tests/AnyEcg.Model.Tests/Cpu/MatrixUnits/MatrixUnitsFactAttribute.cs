namespace AnyEcg.Model.Tests;

/// <summary>A test that needs the processor's matrix units and oneDNN; skipped, with the reason, where one is missing.</summary>
internal sealed class MatrixUnitsFactAttribute : FactAttribute
{
    private static readonly string Missing = WhatIsMissing();

    public MatrixUnitsFactAttribute()
    {
        if (Missing.Length > 0)
            Skip = Missing;
    }

    private static string WhatIsMissing()
    {
        using MatrixUnits? units = MatrixUnits.TryOpen(64, out string why);
        return why;
    }
}
