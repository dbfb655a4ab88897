namespace AnyEcg.Tool;

/// <summary>A clock that stands still: a file has no silences, so nothing that goes by the clock may happen.</summary>
internal sealed class StillClock : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch;

    public override long GetTimestamp() => 0;
}
