using System.Globalization;
using AnyEcg.Model;
using AnyEcg.Tool;

namespace AnyEcg.Benchmarks;

/// <summary>What the machine measured, with so many threads.</summary>
/// <param name="Threads">Threads at once.</param>
/// <param name="FmaFlops">Multiply-adds on registers, operations a second.</param>
/// <param name="GemmFlops">A large product by OpenBLAS; null where it is not installed.</param>
/// <param name="ReadBytes">Bytes a second read from a gibibyte.</param>
/// <param name="CopyBytes">Bytes a second copied within it.</param>
/// <param name="CachedReadBytes">Bytes a second read from the rings of 512 streams: on a machine with a large last cache they lie there.</param>
internal sealed record MachineRates(int Threads, double FmaFlops, double? GemmFlops, double ReadBytes, double CopyBytes, double CachedReadBytes)
{
    /// <summary>The arithmetic of the floor: the product of a library, as an engine of products cannot hope for more; else the bare peak.</summary>
    public double Flops => GemmFlops ?? FmaFlops;
}

/// <summary>The rates of the machine for one thread and for as many as it has, and what they allow of the released network.</summary>
internal sealed record MachineFloor(NetworkCost Cost, MachineRates One, MachineRates All)
{
    private const int RingStreams = 512;

    /// <summary>The floor with all threads: rings in memory.</summary>
    public NetworkFloor Of(MachineRates rates) => new(Cost, rates.Flops, rates.ReadBytes);

    public static MachineFloor Measure(NetworkCost cost)
    {
        using MemoryRate memory = new(NetworkFloor.MemoryBytes), rings = new(RingStreams * cost.RingBytesRead);
        return new MachineFloor(cost, Rates(1), Rates(Environment.ProcessorCount));

        MachineRates Rates(int threads) => new(
            threads, FmaPeak.Measure(threads), OpenBlas.Gemm(threads), memory.Read(threads), memory.Copy(threads), rings.Read(threads));
    }

    /// <summary>The floor as Markdown, as docs/performance.md has it.</summary>
    public IEnumerable<string> Lines()
    {
        yield return Invariant($"| | {One.Threads} thread | {All.Threads} threads |");
        yield return "| --- | --- | --- |";
        yield return Row("multiply-adds on registers, GFLOP/s", r => r.FmaFlops / 1e9);
        yield return Row("sgemm 2048 x 2048 (OpenBLAS), GFLOP/s", r => r.GemmFlops / 1e9);
        yield return Row("memory read (1 GiB), GB/s", r => r.ReadBytes / 1e9);
        yield return Row("memory copied (512 MiB), GB/s", r => r.CopyBytes / 1e9);
        yield return Row("read of what 512 streams' rings hold, GB/s", r => r.CachedReadBytes / 1e9);
        yield return Row("arithmetic of a lead-second, us", r => 1e6 * Of(r).ArithmeticSeconds);
        yield return Row("memory of a lead-second, us", r => 1e6 * Of(r).MemorySeconds);
        yield return Row("**lead-seconds/s, one behind the other (max)**", r => Of(r).Overlapped);
        yield return Row("lead-seconds/s, one after the other (sum)", r => Of(r).OneAfterTheOther);
    }

    /// <summary>What a lead-second asks for.</summary>
    public IEnumerable<string> CostLines()
    {
        yield return "| part of a lead-second | MFLOP |";
        yield return "| --- | --- |";
        foreach ((string part, long flops) in new[]
        {
            ("tokenizer", Cost.TokenizerFlops), ("matrices of the blocks", Cost.BlockFlops), ("attention", Cost.AttentionFlops), ("beats", Cost.BeatFlops),
            ("codes", Cost.CodeFlops), ("second and record", Cost.RowFlops), ("all", Cost.Flops),
        })
            yield return Invariant($"| {part} | {flops / 1e6:F2} |");
        yield return string.Empty;
        yield return Invariant($"Rings: {Cost.RingBytesRead} bytes read, {Cost.RingBytesWritten} written; samples and scores {Cost.InputOutputBytes} bytes. Weights: {Cost.WeightBytes} bytes, once a step.");
    }

    private string Row(string name, Func<MachineRates, double?> value) => Invariant($"| {name} | {Number(value(One))} | {Number(value(All))} |");

    private static string Number(double? value) => value is { } v ? v.ToString(v < 1000 ? "F1" : "F0", CultureInfo.InvariantCulture) : "not installed";

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
