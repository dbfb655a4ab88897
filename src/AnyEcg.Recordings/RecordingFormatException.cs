namespace AnyEcg.Recordings;

/// <summary>
/// A recording is damaged, or uses something that is not supported; the message says which file, where, and why.
/// The only exception that bad content of a file causes.
/// </summary>
public sealed class RecordingFormatException : Exception
{
    public RecordingFormatException()
    {
    }

    public RecordingFormatException(string message)
        : base(message)
    {
    }

    public RecordingFormatException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
