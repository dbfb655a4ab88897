using System.Runtime.CompilerServices;

namespace AnyEcg.Model;

/// <summary>One allocation on the device; parts of it are named by their offsets in bytes (<see cref="DeviceLayout"/>).</summary>
internal sealed unsafe class DeviceMemory : IDisposable
{
    private readonly CudaContext context;
    private nint address;

    /// <param name="context">The device.</param>
    /// <param name="bytes">How many; 0 gives an empty allocation.</param>
    /// <param name="what">What it is for, in the message of a refusal: "the rings of 100,000 slots".</param>
    /// <param name="cleared">Set to zeros.</param>
    /// <exception cref="CudaFaultException">Out of memory (<see cref="CudaFaultException.IsOutOfMemory"/>), or the device is lost.</exception>
    public DeviceMemory(CudaContext context, long bytes, string what, bool cleared = false)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        this.context = context;
        Bytes = bytes;
        if (bytes == 0)
            return;
        fixed (nint* made = &address)
        {
            int status = context.Driver.MemAlloc(made, checked((nuint)bytes));
            if (status != CudaStatus.Success)
                throw context.Fault(status, $"reserving {bytes:N0} bytes for {what}");
        }

        try
        {
            if (cleared)
                context.Zero(address, bytes);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>A multiple of 256.</summary>
    public nint Address => address;

    public long Bytes { get; }

    /// <summary>The address of a part.</summary>
    public nint At(long offset)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((ulong)offset, (ulong)Bytes, nameof(offset));
        return address + (nint)offset;
    }

    /// <summary>Copies to the device and waits.</summary>
    public void Write<T>(long offset, ReadOnlySpan<T> values) where T : unmanaged
    {
        long bytes = Part<T>(offset, values.Length);
        fixed (T* from = values)
            if (bytes > 0)
                context.Write(address + (nint)offset, from, bytes);
    }

    /// <summary>Copies from the device and waits. Work on other streams must be over.</summary>
    public void Read<T>(long offset, Span<T> values) where T : unmanaged
    {
        long bytes = Part<T>(offset, values.Length);
        fixed (T* to = values)
            if (bytes > 0)
                context.Read(address + (nint)offset, to, bytes);
    }

    /// <summary>Sets a part to zeros and waits.</summary>
    public void Zero(long offset, long bytes)
    {
        Part<byte>(offset, bytes);
        if (bytes > 0)
            context.Zero(address + (nint)offset, bytes);
    }

    public void Dispose()
    {
        if (address == 0)
            return;
        context.MakeCurrentToFree();
        _ = context.Driver.MemFree(address);
        address = 0;
    }

    private long Part<T>(long offset, long count) where T : unmanaged
    {
        long bytes = checked(count * Unsafe.SizeOf<T>());
        if (offset < 0 || bytes < 0 || offset > Bytes - bytes)
            throw new ArgumentOutOfRangeException(nameof(offset), $"{bytes} bytes at {offset} of {Bytes}.");
        return bytes;
    }
}
