namespace AnyEcg.Recordings;

/// <summary>A note inside a recording, such as an annotation of EDF+. Seconds from the recording's first sample.</summary>
/// <param name="Onset">May be negative: before the first sample.</param>
/// <param name="Duration">Null where not stated.</param>
/// <param name="Text">What it says; not empty.</param>
public readonly record struct RecordingNote(double Onset, double? Duration, string Text);
