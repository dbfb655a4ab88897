namespace AnyEcg.Model.Tests;

/// <summary>A test on the emulated card; skipped, with the reason, where the host has no C++ compiler.</summary>
internal sealed class CudaEmulatorFactAttribute : FactAttribute
{
    public CudaEmulatorFactAttribute()
    {
        if (EmulatorBuild.Missing.Length > 0)
            Skip = EmulatorBuild.Missing;
    }
}

/// <summary>The same, with arguments.</summary>
internal sealed class CudaEmulatorTheoryAttribute : TheoryAttribute
{
    public CudaEmulatorTheoryAttribute()
    {
        if (EmulatorBuild.Missing.Length > 0)
            Skip = EmulatorBuild.Missing;
    }
}
