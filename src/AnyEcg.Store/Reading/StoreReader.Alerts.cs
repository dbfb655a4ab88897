using System.Data.Common;
using AnyEcg.Signal;

namespace AnyEcg.Store;

public sealed partial class StoreReader
{
    private const string AlertColumns =
        "a.alert_id, s.stream_group, s.name, a.kind, a.is_over, a.body, a.revision, a.sequence, a.onset_ns, a.updated_ns";

    private const string TransitionColumns =
        "t.alert_id, t.revision, s.stream_group, s.name, t.body, t.attributes, t.event_ns, t.received_ns, t.is_over";

    /// <summary>Alerts that are not over, of all streams.</summary>
    public IReadOnlyList<StoredAlert> OpenAlerts() =>
        Mine(
            $"""
            SELECT {AlertColumns} FROM alert a JOIN stream s ON s.number = a.stream
            WHERE a.is_over = @over AND {mine} ORDER BY a.onset_ns, a.alert_id
            """,
            "over:o", Alert, false);

    /// <summary>Alerts of one stream that are not over.</summary>
    public IReadOnlyList<StoredAlert> OpenAlerts(StreamKey key) =>
        Prepared($"""
            SELECT {AlertColumns} FROM alert a JOIN stream s ON s.number = a.stream
            WHERE a.stream = @stream AND a.is_over = @over ORDER BY a.onset_ns, a.alert_id
            """, "stream:l over:o")
            .List(Alert, (long)Number(key), false);

    /// <summary>Alerts of one stream, over or not, latest onset first; a page.</summary>
    /// <param name="key">Whose.</param>
    /// <param name="beforeNs">Only alerts whose onset is earlier.</param>
    /// <param name="most">The page's length.</param>
    public IReadOnlyList<StoredAlert> Alerts(StreamKey key, long beforeNs = long.MaxValue, int most = 100) =>
        Prepared($"""
            SELECT {AlertColumns} FROM alert a JOIN stream s ON s.number = a.stream
            WHERE a.stream = @stream AND a.onset_ns < @before ORDER BY a.onset_ns DESC, a.alert_id LIMIT @most
            """, "stream:l before:l most:l")
            .List(Alert, (long)Number(key), beforeNs, (long)most);

    /// <summary>Null: there is no such alert.</summary>
    public StoredAlert? Alert(Guid alertId) =>
        Mine(
            $"SELECT {AlertColumns} FROM alert a JOIN stream s ON s.number = a.stream WHERE a.alert_id = @alert AND {mine}",
            "alert:g", Alert, alertId)
            .FirstOrDefault();

    /// <summary>All revisions of an alert, in order.</summary>
    public IReadOnlyList<StoredTransition> Transitions(Guid alertId) =>
        Mine(
            $"""
            SELECT {TransitionColumns} FROM transition t JOIN stream s ON s.number = t.stream
            WHERE t.alert_id = @alert AND {mine} ORDER BY t.revision
            """,
            "alert:g", Transition, alertId);

    /// <summary>Transitions that the broker has not confirmed, in the order of their commit, after an outbox id; a page.</summary>
    public IReadOnlyList<UnsentTransition> Unsent(long after = 0, int most = 1000) =>
        Mine(
            $"""
            SELECT {TransitionColumns}, o.id, a.kind, a.revision FROM outbox o
            JOIN transition t ON t.alert_id = o.alert_id AND t.revision = o.revision
            JOIN alert a ON a.alert_id = o.alert_id JOIN stream s ON s.number = o.stream
            WHERE o.id > @after AND {mine} ORDER BY o.id LIMIT @most
            """,
            "after:l most:l",
            r => new UnsentTransition(r.GetInt64(9), Transition(r), r.GetString(10), (int)r.GetInt64(11)),
            after, (long)most);

    private static StoredAlert Alert(DbDataReader r) => new(
        r.GetGuid(0), new StreamKey(r.GetString(1), r.GetString(2)), r.GetString(3), r.GetBoolean(4), Bytes(r, 5)!,
        (int)r.GetInt64(6), r.GetInt64(7), r.GetInt64(8), r.GetInt64(9));

    private static StoredTransition Transition(DbDataReader r) => new(
        r.GetGuid(0), (int)r.GetInt64(1), new StreamKey(r.GetString(2), r.GetString(3)), r.GetBoolean(8), Bytes(r, 4)!, Bytes(r, 5)!,
        r.GetInt64(6), r.GetInt64(7));
}
