namespace AnyEcg.EndToEnd.Tests;

/// <summary>What a run of the worker, however often interrupted, has left behind.</summary>
internal sealed record CrashOutcome
{
    /// <summary>The transitions in the store.</summary>
    public required IReadOnlyDictionary<(string Id, int Revision), LoggedTransition> Stored { get; init; }

    /// <summary>The transitions that the backend has received.</summary>
    public required IReadOnlyDictionary<(string Id, int Revision), LoggedTransition> Published { get; init; }

    /// <summary>Transitions that the backend received with two bodies.</summary>
    public required IReadOnlyList<string> Contradictions { get; init; }

    /// <summary>Messages that the backend received again.</summary>
    public required long Repeats { get; init; }

    /// <summary>Frames that the broker acknowledged to their devices and that are not in the journal.</summary>
    public required IReadOnlyList<string> MissingFrames { get; init; }

    /// <summary>Transitions left in the outbox.</summary>
    public required int Unsent { get; init; }

    public required long FramesSent { get; init; }

    /// <summary>In the journal, those that the broker sent again included.</summary>
    public required long FramesStored { get; init; }

    /// <summary>Alerts of the store that are not over, by id, as they stand.</summary>
    public required IReadOnlyDictionary<string, string> Open { get; init; }

    /// <summary>The same as the broker has it retained.</summary>
    public required IReadOnlyDictionary<string, string> Retained { get; init; }

    /// <summary>Inputs that the worker read again in all of its lives.</summary>
    public required long Replayed { get; init; }

    /// <summary>What the worker complained of in any life, such as a replay that decided otherwise than before.</summary>
    public required IReadOnlyList<string> Errors { get; init; }

    /// <summary>The alert log of invariant 6: what the samples decided, without times of receipt.</summary>
    public IReadOnlyList<string> Log => [.. Stored.Values.Where(t => t.IsOfData).Select(t => t.ToString()).Order(StringComparer.Ordinal)];

    /// <summary>Nothing is lost on the way, doubled or left lying.</summary>
    public void AssertSound()
    {
        Assert.Empty(MissingFrames);
        Assert.Empty(Contradictions);
        Assert.Equal(0, Unsent);
        Assert.Equal(Lines(Stored), Lines(Published));
        Assert.Equal(Open.OrderBy(alert => alert.Key, StringComparer.Ordinal), Retained.OrderBy(alert => alert.Key, StringComparer.Ordinal));

        // The watchdog speaks when the machine gives the worker no time: that is no fault of what it keeps.
        Assert.DoesNotContain(Errors, error => !error.Contains("has not turned", StringComparison.Ordinal));
    }

    /// <summary>The log is that of an uninterrupted run.</summary>
    public void AssertLogOf(CrashOutcome uninterrupted)
    {
        string[] missing = [.. uninterrupted.Log.Except(Log)], unexpected = [.. Log.Except(uninterrupted.Log)];
        Assert.True(
            missing.Length + unexpected.Length == 0,
            $"{missing.Length} missing, {unexpected.Length} unexpected of {uninterrupted.Log.Count}:\n"
            + string.Join('\n', missing.Take(5).Select(line => "- " + line).Concat(unexpected.Take(5).Select(line => "+ " + line))));
    }

    private static IEnumerable<string> Lines(IReadOnlyDictionary<(string Id, int Revision), LoggedTransition> transitions) =>
        transitions.Values.Select(t => $"{t.Id}:{t.Revision} {t.Body}").Order(StringComparer.Ordinal);
}
