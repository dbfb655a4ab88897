using System.Collections.Immutable;

namespace AnyEcg.Recordings;

/// <summary>A file (or several that belong together) whose signals can be read from anywhere, in bounded memory. One thread at a time.</summary>
internal abstract class SignalReader : IDisposable
{
    public abstract RecordingInfo Info { get; }

    public abstract ImmutableArray<RecordedSignal> Signals { get; }

    /// <summary>Samples of a signal, at its own rate.</summary>
    public abstract long CountOf(int signal);

    /// <summary>
    /// Reads samples of one signal, in converter steps, from its sample <paramref name="first"/> on; NaN where there is none.
    /// </summary>
    /// <returns>How many: fewer than asked for only at the signal's end.</returns>
    /// <exception cref="RecordingFormatException">The file is damaged there.</exception>
    public abstract int Read(int signal, long first, Span<double> destination);

    /// <summary>Notes inside the file, ascending. May read the whole file the first time.</summary>
    /// <exception cref="RecordingFormatException">The notes are damaged.</exception>
    public virtual IReadOnlyList<RecordingNote> Notes => [];

    /// <summary>What is not as it should be and yet no reason to refuse the file, as far as it is known by now.</summary>
    public virtual IReadOnlyList<string> Warnings => [];

    /// <summary>Whether a signal agrees with what the file states of it; null while it has not been read whole and in order.</summary>
    public virtual SignalCheck? CheckOf(int signal) => null;

    public abstract void Dispose();
}
