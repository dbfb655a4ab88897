namespace AnyEcg.Alerts;

/// <summary>How far one second of a stream can be read.</summary>
internal enum SecondQuality : byte
{
    /// <summary>No lead has a token: lead off, or the data is lost.</summary>
    Absent,

    /// <summary>The network calls it unreadable, and no lead is a readable flat line.</summary>
    Unreadable,

    /// <summary>Noise, saturation or partial loss on every lead present.</summary>
    Doubtful,

    Good,
}
