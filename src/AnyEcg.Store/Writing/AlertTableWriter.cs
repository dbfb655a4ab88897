using System.Data.Common;

namespace AnyEcg.Store;

/// <summary>Writes alerts, transitions and the outbox. Store thread only.</summary>
internal sealed class AlertTableWriter(DbConnection connection) : IDisposable
{
    private const string TransitionSql = """
        INSERT INTO transition (alert_id, revision, stream, is_over, event_ns, received_ns, attributes, body)
        VALUES (@alert, @revision, @stream, @over, @event, @received, @attributes, @body) ON CONFLICT DO NOTHING
        """;

    private const string AlertSql = """
        INSERT INTO alert (alert_id, stream, kind, is_over, revision, sequence, onset_ns, updated_ns, body)
        VALUES (@alert, @stream, @kind, @over, @revision, @sequence, @onset, @updated, @body)
        ON CONFLICT (alert_id) DO UPDATE SET kind = excluded.kind, is_over = excluded.is_over, revision = excluded.revision,
            sequence = excluded.sequence, onset_ns = excluded.onset_ns, updated_ns = excluded.updated_ns, body = excluded.body
        WHERE excluded.revision > alert.revision
        """;

    private const string OfErased = "alert_id IN (SELECT alert_id FROM alert WHERE stream = @stream AND sequence <= @sequence)";

    private readonly Statement transition = new(
        connection, TransitionSql, "alert:g revision:l stream:l over:o event:l received:l attributes:b body:b");

    private readonly Statement stored = new(
        connection, "SELECT body FROM transition WHERE alert_id = @alert AND revision = @revision", "alert:g revision:l");

    private readonly Statement alert = new(
        connection, AlertSql, "alert:g stream:l kind:s over:o revision:l sequence:l onset:l updated:l body:b");

    private readonly Statement outbox = new(
        connection, "INSERT INTO outbox (stream, alert_id, revision) VALUES (@stream, @alert, @revision) RETURNING id", "stream:l alert:g revision:l");

    private readonly Statement sent = new(connection, "DELETE FROM outbox WHERE id = @id", "id:l");
    private readonly Statement eraseOutbox = new(connection, $"DELETE FROM outbox WHERE {OfErased}", "stream:l sequence:l");
    private readonly Statement eraseTransitions = new(connection, $"DELETE FROM transition WHERE {OfErased}", "stream:l sequence:l");
    private readonly Statement eraseAlerts = new(
        connection, "DELETE FROM alert WHERE stream = @stream AND sequence <= @sequence", "stream:l sequence:l");

    public CommittedWork Write(TransitionWork w, int stream)
    {
        if (transition.Run(w.AlertId, (long)w.Revision, (long)stream, w.Over, w.EventNs, w.ReceivedNs, w.Attributes, w.Body) == 0)
            return new CommittedWork(w, IsSame(w) ? WorkOutcome.AlreadyThere : WorkOutcome.Diverged, 0);
        alert.Run(w.AlertId, (long)stream, w.Kind, w.Over, (long)w.Revision, w.Sequence, w.OnsetNs, w.EventNs, w.Body);
        return new CommittedWork(w, WorkOutcome.Stored, (long)outbox.Scalar((long)stream, w.AlertId, (long)w.Revision)!);
    }

    public long MarkSent(SentWork w)
    {
        sent.Run(w.OutboxId);
        return w.OutboxId;
    }

    public void Erase(int stream, long upToSequence)
    {
        eraseOutbox.Run((long)stream, upToSequence);
        eraseTransitions.Run((long)stream, upToSequence);
        eraseAlerts.Run((long)stream, upToSequence);
    }

    public void Dispose()
    {
        foreach (Statement statement in new[] { transition, stored, alert, outbox, sent, eraseOutbox, eraseTransitions, eraseAlerts })
            statement.Dispose();
    }

    private bool IsSame(TransitionWork w) =>
        stored.Scalar(w.AlertId, (long)w.Revision) is byte[] body && w.Body.Span.SequenceEqual(body);
}
