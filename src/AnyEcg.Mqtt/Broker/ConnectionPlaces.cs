namespace AnyEcg.Mqtt;

/// <summary>Counts connections from their accept to their end, so that those still in a handshake are limited too. Any thread.</summary>
internal sealed class ConnectionPlaces(int limit)
{
    private int taken;

    /// <summary>False: all places are taken.</summary>
    public bool TryEnter()
    {
        if (Interlocked.Increment(ref taken) <= limit)
            return true;
        Interlocked.Decrement(ref taken);
        return false;
    }

    public void Leave() => Interlocked.Decrement(ref taken);
}
