namespace AnyEcg.Worker;

/// <summary>Kinds of inputs in the journal. Written to disk: never renumber them.</summary>
internal enum JournalKind : byte
{
    Format = 1,
    Frame = 2,
    Status = 3,
    Mark = 4,
    Close = 5,
    Clock = 6,
    Command = 7,
}
