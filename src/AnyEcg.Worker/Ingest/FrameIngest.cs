using AnyEcg.Engine;
using AnyEcg.Mqtt;
using AnyEcg.Protocol;

namespace AnyEcg.Worker;

/// <summary>
/// From MQTT to the engine: finds the stream, decodes by content type, hands the frame over with its acknowledgement. Bad input
/// is acknowledged with a reason code and counted; nothing here waits. Runs on the MQTT receive loop.
/// A frame is acknowledged when the engine has taken it (see <see cref="EngineOutput"/>), not before.
/// </summary>
internal sealed class FrameIngest(
    StreamDirectory directory, DescriptorHold hold, IEngineDoor engine, AckDesk acks, IngestCounters counters, TimeProvider time)
    : IMqttReceiver
{
    private const string Frame = "frame", Meta = "meta", QueueFull = "queue-full", NoDescriptor = "no-descriptor";

    private readonly DeviceMessages devices = new(engine, counters);

    /// <summary>Once true, nothing more is taken; what comes stays unacknowledged, and so the broker's, for the next run.</summary>
    public bool Draining { get; set; }

    public void OnMessage(in MqttInbound message)
    {
        if (Draining)
        {
            return;
        }

        long now = time.NowNs();
        RejectExpired(now);
        TopicEntry? entry = directory.Resolve(message.Topic, out string reason);
        if (entry is null)
        {
            bool frame = message.Topic.EndsWith("/frame", StringComparison.Ordinal);
            if (frame)
            {
                counters.FrameReceived();
            }

            Reject(frame ? Frame : "topic", reason, message.Ack, MqttReasonCode.TopicNameInvalid);
            return;
        }

        switch (entry.Kind)
        {
            case InputKind.Frame:
                TakeFrame(entry.Stream, message, now);
                break;
            case InputKind.Meta:
                TakeDescriptor(entry.Stream, message);
                break;
            default:
                acks.Acknowledge(message.Ack, devices.Take(entry, message.Payload, now));
                break;
        }
    }

    private void TakeFrame(DeviceStream stream, in MqttInbound message, long now)
    {
        counters.FrameReceived();
        if (stream.Described is { } described)
        {
            Submit(stream, described, message.ContentType, message.Payload, message.Ack, now);
        }
        else if (!hold.TryHold(stream, message, now))
        {
            Reject(Frame, NoDescriptor, message.Ack, MqttReasonCode.QuotaExceeded);
        }
    }

    private void Submit(
        DeviceStream stream, DescribedStream described, string? contentType, ReadOnlySpan<byte> payload, MqttAckToken ack, long receivedNs)
    {
        FrameTicket ticket = acks.Rent();
        FrameRejection fault = FrameDecoder.Decode(contentType, described.Descriptor, payload, ticket.Frame);
        if (fault != FrameRejection.None)
        {
            acks.Return(ticket);
            Reject(Frame, fault.WireName(), ack, MqttReasonCode.PayloadFormatInvalid);
            return;
        }

        ticket.Ack = ack;
        ticket.Frame.ReceivedNs = receivedNs;
        if (TellFormat(stream, described) && engine.TrySubmit(EngineInput.OfFrame(stream.Key, ticket.Frame, ticket)))
        {
            counters.FrameSubmitted();
            return;
        }

        acks.Return(ticket);
        counters.FrameDropped();
        acks.Acknowledge(ack, MqttReasonCode.QuotaExceeded);
    }

    /// <summary>The engine hears of a format before the first frame in it, and a full queue only postpones that.</summary>
    private bool TellFormat(DeviceStream stream, DescribedStream described)
    {
        if (!ReferenceEquals(stream.Told, described) && engine.TrySubmit(EngineInput.OfFormat(stream.Key, described.Format)))
        {
            stream.Told = described;
        }

        return ReferenceEquals(stream.Told, described);
    }

    private void TakeDescriptor(DeviceStream stream, in MqttInbound message)
    {
        if (message.Payload.IsEmpty)
        {
            Withdraw(stream, message.Ack);
            return;
        }

        DescriptorRejection fault = DescriptorJson.TryParse(message.Payload.ToArray(), out StreamDescriptor? descriptor);
        if (fault != DescriptorRejection.None)
        {
            Reject(Meta, fault.WireName(), message.Ack, MqttReasonCode.PayloadFormatInvalid);
            return;
        }

        counters.Descriptor();
        DescribedStream described = new(descriptor!, descriptor!.ToStreamFormat());
        stream.Described = described;
        acks.Acknowledge(message.Ack);
        foreach (HeldFrame held in hold.Release(stream))
        {
            Submit(stream, described, held.ContentType, held.Payload, held.Ack, held.ReceivedNs);
        }
    }

    /// <summary>A cleared descriptor: the stream is over.</summary>
    private void Withdraw(DeviceStream stream, MqttAckToken ack)
    {
        bool known = stream.Described is not null;
        stream.Described = null;
        stream.Told = null;
        if (known && !engine.TrySubmit(EngineInput.OfClose(stream.Key)))
        {
            Reject(Meta, QueueFull, ack, MqttReasonCode.QuotaExceeded);
            return;
        }

        acks.Acknowledge(ack);
    }

    private void RejectExpired(long now)
    {
        if (hold.Pending == 0)
        {
            return;
        }

        foreach (HeldFrame held in hold.Expire(now))
        {
            Reject(Frame, NoDescriptor, held.Ack, MqttReasonCode.UnspecifiedError);
        }
    }

    private void Reject(string kind, string reason, MqttAckToken ack, MqttReasonCode code)
    {
        counters.Reject(kind, reason);
        acks.Acknowledge(ack, code);
    }
}
