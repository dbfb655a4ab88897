using AnyEcg.Engine;
using AnyEcg.Mqtt;
using AnyEcg.Protocol;

namespace AnyEcg.Worker;

/// <summary>What devices say beside frames: status and the patient's button. MQTT receive loop only.</summary>
internal sealed class DeviceMessages(IEngineDoor engine, IngestCounters counters)
{
    /// <summary>Takes a status or mark; returns the reason code of its acknowledgement, or null where that follows once it is durable.</summary>
    public MqttReasonCode? Take(TopicEntry entry, in MqttInbound message, long nowNs)
    {
        ReadOnlySpan<byte> payload = message.Payload;
        NoteTicket ticket = new(message.Ack);
        if (entry.Kind is InputKind.Status or InputKind.Mark && entry.Stream.Described is null)
        {
            // The engine knows no such stream; and a flood of invented names is not to reach its queue.
            counters.Reject(entry.Kind == InputKind.Status ? "status" : "mark", "no-descriptor");
            return MqttReasonCode.ImplementationSpecificError;
        }

        switch (entry.Kind)
        {
            case InputKind.Status:
                return payload.IsEmpty ? MqttReasonCode.Success : TakeStatus(entry.Stream, payload.ToArray(), nowNs, ticket);
            default:
                return TakeMark(entry.Stream, payload.ToArray(), nowNs, ticket);
        }
    }

    private MqttReasonCode? TakeStatus(DeviceStream stream, byte[] payload, long nowNs, NoteTicket ticket)
    {
        DocumentRejection fault = DeviceStatus.TryParse(payload, out DeviceStatus? status, stream.Key);
        if (fault != DocumentRejection.None)
        {
            return Reject("status", fault);
        }

        counters.Status();
        bool online = status!.State != DeviceState.Offline;
        if (online)
        {
            // From here on silence is 'no data', even of a device that never sends a frame.
            stream.TellFormat(engine);
        }

        return Submit("status", EngineInput.OfStatus(stream.Key, online, nowNs, counters.Statuses) with { Token = ticket });
    }

    private MqttReasonCode? TakeMark(DeviceStream stream, byte[] payload, long nowNs, NoteTicket ticket)
    {
        DocumentRejection fault = PatientMark.TryParse(payload, out PatientMark? mark, stream.Key);
        if (fault != DocumentRejection.None)
        {
            return Reject("mark", fault);
        }

        counters.Mark();
        return Submit("mark", EngineInput.OfMark(stream.Key, mark!.TimeNs ?? nowNs, counters.Marks) with { Token = ticket });
    }

    private MqttReasonCode? Submit(string kind, EngineInput input)
    {
        if (engine.TrySubmit(input))
        {
            return null;
        }

        counters.Reject(kind, "queue-full");
        return MqttReasonCode.QuotaExceeded;
    }

    private MqttReasonCode Reject(string kind, DocumentRejection fault)
    {
        counters.Reject(kind, fault.WireName());
        return MqttReasonCode.PayloadFormatInvalid;
    }
}
