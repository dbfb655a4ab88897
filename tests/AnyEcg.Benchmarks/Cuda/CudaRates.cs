using AnyEcg.Model;

namespace AnyEcg.Benchmarks;

/// <summary>What the card itself does, measured: medians of rounds timed by the device.</summary>
/// <param name="CopyBytes">Bytes a second of a copy within its memory, read and written counted apart.</param>
/// <param name="Side">Rows, columns and sums of the product.</param>
/// <param name="ProductFlops">Operations a second of a bfloat16 product of random numbers by cuBLASLt, sums in float32.</param>
/// <param name="InBytes">Bytes a second from locked memory of the host, nothing else moving.</param>
/// <param name="OutBytes">Bytes a second into it.</param>
internal sealed record CudaRates(double CopyBytes, int Side, double ProductFlops, double InBytes, double OutBytes)
{
    private const int Rounds = 20;

    /// <param name="context">The card.</param>
    /// <param name="side">Of the product; 16 side^2 bytes are copied on the card (a gibibyte for 8192), a quarter of it to and from the host.</param>
    public static CudaRates Measure(CudaContext context, int side)
    {
        using CudaStream stream = new(context);
        using DeviceTimer timer = new(stream);
        long block = 16L * side * side;
        return new CudaRates(Copy(context, timer, block), side, Product(context, timer, side), Host(context, timer, block / 4, into: true), Host(context, timer, block / 4, into: false));
    }

    public IEnumerable<string> Lines()
    {
        yield return "| the card, measured | |";
        yield return "| --- | --- |";
        yield return FormattableString.Invariant($"| copy within its memory, read and written, GB/s | {CopyBytes / 1e9:F0} |");
        yield return FormattableString.Invariant($"| bfloat16 product {Side} x {Side} x {Side}, TFLOP/s | {ProductFlops / 1e12:F0} |");
        yield return FormattableString.Invariant($"| from the host, into it, GB/s | {InBytes / 1e9:F1}, {OutBytes / 1e9:F1} |");
    }

    private static double Copy(CudaContext context, DeviceTimer timer, long bytes)
    {
        using DeviceMemory memory = new(context, 2 * bytes, "the copy that is measured", cleared: true);
        return 2 * bytes / timer.Median(Rounds, stream => stream.CopyWithin(memory.At(bytes), memory.Address, bytes));
    }

    private static double Product(CudaContext context, DeviceTimer timer, int side)
    {
        long bytes = (long)side * side * sizeof(ushort);
        DeviceLayout layout = new();
        (long weights, long x, long y) = (layout.Add(bytes), layout.Add(bytes), layout.Add(bytes));
        using DeviceMemory memory = new(context, layout.Bytes, "the product that is measured");
        memory.Write<ushort>(weights, RandomNumbers(side, seed: 1));
        memory.Write<ushort>(x, RandomNumbers(side, seed: 2));
        using ProductLibrary library = new(context, [side], null);
        using Product product = library.Create(new ProductSpec("the product that is measured", side, side), memory.At(weights), 0);
        return 2.0 * side * side * side / timer.Median(Rounds, stream => product.Enqueue(stream, memory.At(x), memory.At(y), 0));
    }

    private static unsafe double Host(CudaContext context, DeviceTimer timer, long bytes, bool into)
    {
        using DeviceMemory memory = new(context, bytes, "the copy that is measured", cleared: true);
        using PinnedMemory host = new(context, bytes, "the copy that is measured");
        void* address = host.Address;
        return bytes / timer.Median(Rounds, stream =>
        {
            if (into)
                stream.CopyIn(memory.Address, address, bytes);
            else
                stream.CopyOut(address, memory.Address, bytes);
        });
    }

    /// <summary>bfloat16 numbers of both signs with all bits in use: equal or zero numbers let a card draw less power and run faster.</summary>
    private static ushort[] RandomNumbers(int side, int seed)
    {
        Random random = new(seed);
        ushort[] numbers = new ushort[side * side];
        foreach (ref ushort number in numbers.AsSpan())
            number = (ushort)(BitConverter.SingleToUInt32Bits(2 * random.NextSingle() - 1) >> 16);
        return numbers;
    }
}
