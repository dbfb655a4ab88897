using System.Buffers;
using System.Runtime.InteropServices;

namespace AnyEcg.Signal;

/// <summary>
/// Carries the state of running objects out to bytes, or back into objects made with the same settings. One method of each object
/// names its fields once and serves both ways (<see cref="IStateful"/>), so that what is saved and what is restored cannot differ.
/// Bytes are those of this machine's kind (little-endian) and of this version of the code: a snapshot says which it was.
/// One thread at a time; saving allocates nothing once its buffer has grown.
/// </summary>
public sealed class StateExchange
{
    private readonly ArrayBufferWriter<byte>? output;
    private ReadOnlyMemory<byte> input;

    private StateExchange(ArrayBufferWriter<byte>? output, ReadOnlyMemory<byte> input) => (this.output, this.input) = (output, input);

    /// <summary>False while saving.</summary>
    public bool IsRestoring => output is null;

    /// <summary>Appends to <paramref name="output"/> whatever is exchanged.</summary>
    public static StateExchange Save(ArrayBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        return new StateExchange(output, default);
    }

    /// <summary>Reads back what was saved, in the same order.</summary>
    public static StateExchange Restore(ReadOnlyMemory<byte> saved) => new(null, saved);

    /// <summary>One value; must be a type without padding, or what lies in the padding is saved, too.</summary>
    /// <exception cref="InvalidDataException">The saved bytes end before it.</exception>
    public void Value<T>(ref T value)
        where T : unmanaged => Values(MemoryMarshal.CreateSpan(ref value, 1));

    /// <summary>A truth value; a byte that is neither 0 nor 1 is refused.</summary>
    /// <exception cref="InvalidDataException">The saved bytes end before it, or are none of ours.</exception>
    public void Value(ref bool value)
    {
        byte held = value ? (byte)1 : (byte)0;
        Value(ref held);
        if (held > 1)
        {
            throw new InvalidDataException("A saved state is damaged: no truth value.");
        }

        value = held == 1;
    }

    /// <summary>A run of values whose number both sides know.</summary>
    /// <exception cref="InvalidDataException">The saved bytes end before them.</exception>
    public void Values<T>(Span<T> values)
        where T : unmanaged
    {
        Span<byte> bytes = MemoryMarshal.AsBytes(values);
        if (output is not null)
        {
            output.Write(bytes);
            return;
        }

        if (bytes.Length > input.Length)
        {
            throw new InvalidDataException("A saved state ends too early.");
        }

        input.Span[..bytes.Length].CopyTo(bytes);
        input = input[bytes.Length..];
    }

    /// <summary>How many of something follow: <paramref name="count"/> when saving, what was saved when restoring.</summary>
    /// <exception cref="InvalidDataException">It is not 0 to <paramref name="max"/>.</exception>
    public int Count(int count, int max)
    {
        Value(ref count);
        return count >= 0 && count <= max ? count : throw new InvalidDataException($"A saved state is damaged: {count} of at most {max}.");
    }

    /// <summary>Text of at most 64 KiB; null stays null.</summary>
    /// <exception cref="InvalidDataException">The saved bytes end before it, or it is longer.</exception>
    public void Text(ref string? text)
    {
        int length = Count((text?.Length ?? -1) + 1, (1 << 16) + 1) - 1;
        if (length < 0)
        {
            text = null;
            return;
        }

        char[] letters = IsRestoring ? new char[length] : text!.ToCharArray();
        Values(letters.AsSpan());
        text = new string(letters);
    }

    /// <summary>An object's own state.</summary>
    public void Object(IStateful part)
    {
        ArgumentNullException.ThrowIfNull(part);
        part.Exchange(this);
    }

    /// <summary>A landmark that must be found where it was put: finds a mismatch of code and bytes near its cause.</summary>
    /// <exception cref="InvalidDataException">Another one stands there.</exception>
    public void Landmark(uint name)
    {
        uint found = name;
        Value(ref found);
        if (found != name)
        {
            throw new InvalidDataException($"A saved state is damaged: {found:x8} stands where {name:x8} was.");
        }
    }

    /// <summary>All that was saved must have been read.</summary>
    /// <exception cref="InvalidDataException">Bytes are left over.</exception>
    public void Finish()
    {
        if (IsRestoring && !input.IsEmpty)
        {
            throw new InvalidDataException($"A saved state has {input.Length} bytes too many.");
        }
    }
}

/// <summary>An object whose running state can be saved, and restored into one that was made with the same settings.</summary>
public interface IStateful
{
    /// <summary>Names every field that its future depends on, in a fixed order; the thread that owns the object.</summary>
    /// <exception cref="InvalidDataException">What is restored is damaged or of other settings; the object is then of no use.</exception>
    void Exchange(StateExchange state);
}
