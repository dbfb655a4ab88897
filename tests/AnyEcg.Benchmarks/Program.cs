using BenchmarkDotNet.Running;

namespace AnyEcg.Benchmarks;

internal static class BenchmarkProgram
{
    /// <summary><c>store [CONNECTION [PAGE_BYTES]]</c>: the load of <see cref="StoreLoad"/>; else BenchmarkDotNet's own arguments.</summary>
    private static void Main(string[] args)
    {
        if (args is ["store", ..])
            StoreLoad.Run(args);
        else
            BenchmarkSwitcher.FromAssembly(typeof(BenchmarkProgram).Assembly).Run(args);
    }
}
