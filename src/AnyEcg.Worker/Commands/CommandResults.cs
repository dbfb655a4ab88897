using System.Collections.Concurrent;
using AnyEcg.Alerts;
using AnyEcg.Engine;
using AnyEcg.Protocol;
using AnyEcg.Signal;
using AnyEcg.Store;

namespace AnyEcg.Worker;

/// <summary>
/// What becomes of an action once the engine has carried it out: a row of the audit trail, posted after the transitions it caused, so that
/// once the row is durable they are too; then, where asked for, the erasure; then the answer.
/// </summary>
internal sealed class CommandResults
{
    private readonly StoreHost store;
    private readonly EngineDoor engine;
    private readonly StreamEraser eraser;
    private readonly ConcurrentDictionary<ActionWork, Pending> pending = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<StreamKey, HashSet<(long, string)>> stored = [];

    public CommandResults(StoreHost store, StoreEvents events, EngineDoor engine, StreamEraser eraser)
    {
        (this.store, this.engine, this.eraser) = (store, engine, eraser);
        events.Work += Committed;
    }

    /// <summary>Takes what the engine says of an action. Engine thread only.</summary>
    public void Take(EngineInput input, AlertActionResult result)
    {
        StreamCommand command = input.Command!;
        CommandTicket? ticket = input.Token as CommandTicket;
        CommandAnswer answer = new()
        {
            Outcome = CommandAudit.Outcome(result),
            Reason = result.Reason,
            Key = input.Key,
            Command = CommandAudit.KindOf(command.Kind),
        };
        Pending next = new(input.Key, ticket, answer, command.Erase && answer.Outcome != CommandOutcome.Refused ? input.Sequence : null);
        if (store.Writer is not { } writer)
        {
            Finish(next);
            return;
        }

        ActionWork row = CommandAudit.Of(input.Key, command, input.TimeNs, ticket?.Request.TimeNs, result);
        if (ticket is null && WasStored(row))
        {
            Finish(next);
            return;
        }

        pending[row] = next;
        writer.Post(row);
    }

    /// <summary>Store thread.</summary>
    private void Committed(CommittedWork done)
    {
        if (done.Work is ActionWork row && pending.TryRemove(row, out Pending? next))
        {
            Finish(next);
        }
    }

    private void Finish(Pending next)
    {
        if (next.EraseUpTo is long sequence)
        {
            eraser.Erase(next.Key, sequence, () => next.Ticket?.Answer(next.Answer));
        }
        else
        {
            next.Ticket?.Answer(next.Answer);
        }
    }

    /// <summary>Whether an earlier run has stored the row already: only an action that is read again from the journal has no ticket.</summary>
    private bool WasStored(ActionWork row)
    {
        if (!engine.IsReplaying)
        {
            return false;
        }

        if (!stored.TryGetValue(row.Stream, out HashSet<(long, string)>? rows))
        {
            using StoreReader reader = store.Database!.OpenReader();
            stored.Add(row.Stream, rows = []);
            const int Page = 1000;
            IReadOnlyList<StoredAction> page;
            long after = 0;
            do
            {
                page = reader.Actions(row.Stream, after, Page);
                rows.UnionWith(page.Select(a => (a.ReceivedNs, a.Kind)));
                after = page.Count > 0 ? page[^1].Id : after;
            }
            while (page.Count == Page);
        }

        return rows.Contains((row.ReceivedNs, row.Kind));
    }

    private sealed record Pending(StreamKey Key, CommandTicket? Ticket, CommandAnswer Answer, long? EraseUpTo);
}
