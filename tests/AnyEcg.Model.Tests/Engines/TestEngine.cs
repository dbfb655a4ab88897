namespace AnyEcg.Model.Tests;

/// <summary>The engines that one and the same test runs on.</summary>
public enum TestEngine
{
    Cpu,

    /// <summary>CUDA in float32, the kernels' own source run by the host's processor.</summary>
    EmulatedFloat,

    /// <summary>The same in bfloat16.</summary>
    EmulatedBfloat,

    /// <summary>CUDA in float32 on a card.</summary>
    CardFloat,

    /// <summary>The same in bfloat16.</summary>
    CardBfloat,
}

internal static class TestEngines
{
    public static bool IsFull(this TestEngine engine) => engine is TestEngine.EmulatedFloat or TestEngine.CardFloat;

    public static bool IsEmulated(this TestEngine engine) => engine is TestEngine.EmulatedFloat or TestEngine.EmulatedBfloat;

    /// <summary>Tests of random cases: the emulator does a step in some milliseconds.</summary>
    public static int Cases(this TestEngine engine, int onCpu) => engine == TestEngine.Cpu ? onCpu : Math.Max(onCpu / 12, 2);
}
