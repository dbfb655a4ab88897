using System.Buffers;
using AnyEcg.Alerts;
using AnyEcg.Engine;
using AnyEcg.Protocol;
using AnyEcg.Signal;
using AnyEcg.Store;

namespace AnyEcg.Worker;

/// <summary>
/// A stream whose state cannot be read begins anew, in its format, with the inputs after that state; and nobody is left waiting for alerts
/// that the engine no longer knows: they are closed, with the reason, in the store and so at the broker. Before the engine's first turn.
/// </summary>
internal sealed class LostStreams(StoreHost store, StreamEngine engine)
{
    private const string Worker = "worker", Reason = "the stream's state was lost at a restart";

    public void StartAnew(StoreReader reader, StreamKey key)
    {
        if (reader.Stream(key)?.Descriptor is { } json
            && DescriptorJson.TryParse(json, out StreamDescriptor? descriptor, key) == DescriptorRejection.None)
        {
            engine.TrySubmit(DescribedStream.Of(descriptor!, json).ToInput(key));
        }

        foreach (StoredAlert alert in reader.OpenAlerts(key))
        {
            Close(alert);
        }
    }

    private void Close(StoredAlert alert)
    {
        if (AlertDocumentReader.TryRead(alert.Body) is not var (last, context))
        {
            return;
        }

        AlertTransition end = last with
        {
            Revision = alert.Revision + 1,
            Phase = last.ConditionPresent ? AlertPhase.End : AlertPhase.Update,
            ConditionPresent = false,
            Signal = AlertSignal.Off,
            PausedUntilNs = null,
            PriorityWas = null,
            PriorityReason = null,
            Action = new TransitionAction(TransitionActionKind.Discharge, Worker, Reason, store.NowNs()),
        };
        ArrayBufferWriter<byte> body = new(1024);
        AlertDocument.Write(end, context, body);
        store.Writer!.Post(StoredTransitions.Work(end, body.WrittenMemory, alert.Sequence));
    }
}
