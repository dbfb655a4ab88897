using AnyEcg.Signal;

namespace AnyEcg.Alerts;

/// <summary>The latest ids of alerts that are done with, so that an action repeated late is known for a repeat. Engine thread only.</summary>
internal sealed class RecentIds : IStateful
{
    private const int Capacity = 32;

    private readonly Guid[] ids = new Guid[Capacity];
    private int next;

    public void Add(Guid id)
    {
        ids[next] = id;
        next = (next + 1) % Capacity;
    }

    public bool Contains(Guid id) => id != Guid.Empty && Array.IndexOf(ids, id) >= 0;

    public void Exchange(StateExchange state)
    {
        next = state.Within(next, 0, Capacity - 1);
        state.Values(ids.AsSpan());
    }
}
