namespace AnyEcg.Model;

/// <summary>Numbers on the device; the address is known once the block has been sent.</summary>
internal sealed class WeightPart
{
    public nint Address { get; set; }
}

/// <summary>
/// All weights in one allocation: first the parts are named, then they are converted and sent one by one, so that a large network needs no second
/// copy in the host's memory.
/// </summary>
/// <param name="full">Reals are float32 in place of bfloat16.</param>
internal sealed unsafe class WeightBlock(bool full)
{
    private readonly DeviceLayout layout = new();
    private readonly List<(WeightPart Part, long Offset, Action<DeviceMemory, long> Send)> parts = [];

    /// <summary>Numbers of the kernels' own type, made when they are sent.</summary>
    public WeightPart Reals(int count, Func<float[]> make) => full
        ? Floats(count, make)
        : Add<ushort>(count, (memory, offset) => memory.Write<ushort>(offset, Rounded(Checked(make(), count))));

    public WeightPart Floats(int count, Func<float[]> make) =>
        Add<float>(count, (memory, offset) => memory.Write<float>(offset, Checked(make(), count)));

    public WeightPart Doubles(double[] values) => Add<double>(values.Length, (memory, offset) => memory.Write<double>(offset, values));

    /// <summary>Values that hold addresses of parts named before.</summary>
    public WeightPart Addresses<T>(int count, Func<T[]> make)
        where T : unmanaged => Add<T>(count, (memory, offset) => memory.Write<T>(offset, make()));

    /// <summary>Takes the memory and fills it.</summary>
    public DeviceMemory Send(CudaContext context)
    {
        DeviceMemory memory = new(context, layout.Bytes, "the weights");
        try
        {
            foreach ((WeightPart part, long offset, _) in parts)
            {
                part.Address = memory.At(offset);
            }

            foreach ((_, long offset, Action<DeviceMemory, long> send) in parts)
            {
                send(memory, offset);
            }

            return memory;
        }
        catch
        {
            memory.Dispose();
            throw;
        }
    }

    private WeightPart Add<T>(int count, Action<DeviceMemory, long> send)
        where T : unmanaged
    {
        WeightPart part = new();
        parts.Add((part, layout.Add<T>(count), send));
        return part;
    }

    private static float[] Checked(float[] values, int count) =>
        values.Length == count ? values : throw new ArgumentException($"{values.Length} weights where {count} belong.");

    private static ushort[] Rounded(float[] values)
    {
        ushort[] rounded = new ushort[values.Length];
        fixed (float* from = values)
        fixed (ushort* to = rounded)
        {
            Bfloat.Convert(from, values.Length, to);
        }

        return rounded;
    }
}
