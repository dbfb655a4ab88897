namespace AnyEcg.Fuzz.Tests;

/// <summary>
/// One decoder under test. <see cref="Feed"/> returns true for an input that was taken and false for one that was refused as the
/// decoder documents; it throws whatever else comes out, which is a defect, and also when a taken input breaks a promise.
/// </summary>
internal sealed class FuzzTarget
{
    /// <summary>The name of its corpus folder.</summary>
    public required string Name { get; init; }

    public required Mutator Mutator { get; init; }

    public required Func<byte[], bool> Feed { get; init; }

    /// <summary>Bytes that one input may allocate, whatever is in it.</summary>
    public int AllocationBase { get; init; } = 16 * 1024;

    /// <summary>Bytes that it may allocate beside that for each byte of the input.</summary>
    public int AllocationPerByte { get; init; } = 16;

    public long AllocationBound(int inputLength) => AllocationBase + ((long)AllocationPerByte * inputLength);

    public override string ToString() => Name;
}
