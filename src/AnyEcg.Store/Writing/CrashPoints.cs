using System.Collections.Immutable;

namespace AnyEcg.Store;

/// <summary>The instants of a commit at which a test may end the process. A point is passed only by a transaction that holds what it names.</summary>
public static class CrashPoints
{
    public const string BeforeJournalCommit = "before-journal-commit";
    public const string AfterJournalCommit = "after-journal-commit";
    public const string BeforeOutboxCommit = "before-outbox-commit";
    public const string AfterOutboxCommit = "after-outbox-commit";
    public const string BeforeMarkSent = "before-mark-sent";
    public const string AfterMarkSent = "after-mark-sent";
    public const string BeforeSnapshot = "before-snapshot";
    public const string AfterSnapshot = "after-snapshot";

    public static ImmutableArray<string> All { get; } =
    [
        BeforeJournalCommit, AfterJournalCommit, BeforeOutboxCommit, AfterOutboxCommit,
        BeforeMarkSent, AfterMarkSent, BeforeSnapshot, AfterSnapshot,
    ];
}
