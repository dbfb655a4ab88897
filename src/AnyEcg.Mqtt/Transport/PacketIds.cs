namespace AnyEcg.Mqtt;

/// <summary>Hands out packet identifiers, 1 to 65,535, each to one user at a time. Thread-safe.</summary>
internal sealed class PacketIds
{
    private readonly Lock gate = new();
    private readonly HashSet<ushort> taken = [];
    private ushort last;

    /// <summary>The next free identifier; false when all are in use.</summary>
    public bool TryTake(out ushort id)
    {
        lock (gate)
        {
            id = 0;
            if (taken.Count == ushort.MaxValue)
                return false;
            do
            {
                last = last == ushort.MaxValue ? (ushort)1 : (ushort)(last + 1);
            }
            while (!taken.Add(last));
            id = last;
            return true;
        }
    }

    public void Release(ushort id)
    {
        lock (gate)
            taken.Remove(id);
    }
}
