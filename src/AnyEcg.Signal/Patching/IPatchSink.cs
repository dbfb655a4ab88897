namespace AnyEcg.Signal;

/// <summary>
/// Takes the seconds of one stream, in ascending order of (epoch, second). Seconds may jump: after a loss longer than
/// <see cref="StreamSignalOptions.MaxEmptySeconds"/> the rest of it is not emitted.
/// </summary>
public interface IPatchSink
{
    /// <summary>Lends an empty second; contents are undefined, the caller fills all of it.</summary>
    PatchSecond Rent(int leadCount);

    /// <summary>A second that all leads have completed. Ownership goes to the sink.</summary>
    void Emit(PatchSecond second);
}
