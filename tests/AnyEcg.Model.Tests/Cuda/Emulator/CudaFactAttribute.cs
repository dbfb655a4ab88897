namespace AnyEcg.Model.Tests;

/// <summary>A test on a real card; skipped, with what is missing, where there is none.</summary>
internal sealed class CudaFactAttribute : FactAttribute
{
    private static readonly Lazy<string> Missing = new(WhatIsMissing);

    public CudaFactAttribute()
    {
        if (Missing.Value.Length > 0)
            Skip = Missing.Value;
    }

    private static string WhatIsMissing()
    {
        try
        {
            using var context = CudaContext.Open(CudaLibraries.Load());
            return "";
        }
        catch (CudaUnavailableException e)
        {
            return e.Message;
        }
    }
}
