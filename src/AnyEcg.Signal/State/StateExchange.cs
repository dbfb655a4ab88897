using System.Buffers;
using System.Runtime.CompilerServices;
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

    /// <summary>Two values of a type.</summary>
    /// <exception cref="InvalidDataException">The saved bytes end before them.</exception>
    public void Value<T>(ref T first, ref T second)
        where T : unmanaged
    {
        Value(ref first);
        Value(ref second);
    }

    /// <summary>Three values of a type.</summary>
    /// <exception cref="InvalidDataException">The saved bytes end before them.</exception>
    public void Value<T>(ref T first, ref T second, ref T third)
        where T : unmanaged
    {
        Value(ref first, ref second);
        Value(ref third);
    }

    /// <summary>What a property or a field of a record holds: <paramref name="value"/> when saving, what was saved when restoring.</summary>
    /// <exception cref="InvalidDataException">The saved bytes end before it.</exception>
    public T Value<T>(T value)
        where T : unmanaged
    {
        Value(ref value);
        return value;
    }

    /// <summary>The same for a value that may be absent.</summary>
    /// <exception cref="InvalidDataException">The saved bytes end before it.</exception>
    public T? Optional<T>(T? value)
        where T : unmanaged => Value(value.HasValue) ? Value(value.GetValueOrDefault()) : null;

    /// <summary>The same for a value whose bounds the code relies on.</summary>
    /// <exception cref="InvalidDataException">It is not <paramref name="least"/> to <paramref name="most"/>.</exception>
    public T Within<T>(T value, T least, T most)
        where T : unmanaged, IComparable<T>
    {
        Value(ref value);
        return value.CompareTo(least) >= 0 && value.CompareTo(most) <= 0
            ? value
            : throw new InvalidDataException($"A saved state is damaged: {value} is not {least} to {most}.");
    }

    /// <summary>A run of values whose number both sides know. A truth value that is neither 0 nor 1 is refused.</summary>
    /// <exception cref="InvalidDataException">The saved bytes end before them, or are none of ours.</exception>
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
        if (typeof(T) == typeof(bool))
        {
            Require(!bytes.ContainsAnyExceptInRange((byte)0, (byte)1));
        }
    }

    /// <summary>A list of at most <paramref name="max"/> values of a type without padding; restoring replaces what is in it.</summary>
    /// <exception cref="InvalidDataException">The saved bytes end before its end, or it is longer.</exception>
    public void List<T>(List<T> list, int max)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(list);
        int count = Count(list.Count, max);
        if (IsRestoring)
        {
            // Nothing is made for a number that the bytes do not bear out.
            Require((long)count * Unsafe.SizeOf<T>() <= input.Length);
            CollectionsMarshal.SetCount(list, count);
        }

        Values(CollectionsMarshal.AsSpan(list));
    }

    /// <summary>How many of something follow: <paramref name="count"/> when saving, what was saved when restoring.</summary>
    /// <exception cref="InvalidDataException">It is not 0 to <paramref name="max"/>.</exception>
    public int Count(int count, int max) => Within(count, 0, max);

    /// <summary>What must hold between values of one state.</summary>
    /// <exception cref="InvalidDataException">It does not.</exception>
    public void Require(bool holds)
    {
        if (!holds)
        {
            throw new InvalidDataException($"A saved state is damaged{(IsRestoring ? $", {input.Length} bytes before its end" : "")}.");
        }
    }

    /// <summary>A setting that must be the same where the state goes as where it comes from.</summary>
    /// <exception cref="InvalidDataException">It is another.</exception>
    public void Setting<T>(T setting)
        where T : unmanaged, IEquatable<T>
    {
        if (Value(setting) is var saved && !saved.Equals(setting))
        {
            throw new InvalidDataException($"A saved state is of other settings: {saved}, not {setting}.");
        }
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
