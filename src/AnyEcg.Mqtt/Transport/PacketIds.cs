namespace AnyEcg.Mqtt;

/// <summary>Hands out packet identifiers, 1 to 65,535, each to one user at a time. Thread-safe.</summary>
internal sealed class PacketIds
{
    private readonly Lock gate = new();
    private readonly bool[] taken = new bool[ushort.MaxValue + 1];
    private int last;
    private int count;

    /// <summary>The next free identifier; false when all are in use.</summary>
    public bool TryTake(out ushort id)
    {
        lock (gate)
        {
            id = 0;
            if (count == ushort.MaxValue)
                return false;
            do
            {
                last = last == ushort.MaxValue ? 1 : last + 1;
            }
            while (taken[last]);
            taken[last] = true;
            count++;
            id = (ushort)last;
            return true;
        }
    }

    public void Release(ushort id)
    {
        lock (gate)
        {
            if (taken[id])
                count--;
            taken[id] = false;
        }
    }
}
