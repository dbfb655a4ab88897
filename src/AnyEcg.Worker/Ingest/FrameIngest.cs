using AnyEcg.Engine;
using AnyEcg.Mqtt;
using AnyEcg.Protocol;
using AnyEcg.Signal;

namespace AnyEcg.Worker;

/// <summary>
/// From MQTT to the engine: finds the stream, decodes by content type, hands the frame over with its acknowledgement. Bad input
/// is acknowledged with a reason code and counted; nothing here waits. Runs on the MQTT receive loop.
/// A frame is acknowledged when the engine has taken it (see <see cref="EngineOutput"/>), or when it is held for a descriptor.
/// </summary>
internal sealed class FrameIngest(
    StreamDirectory directory, DescriptorHold hold, IEngineDoor engine, AckDesk acks, IngestCounters counters, IngestLimits limits)
    : IMqttReceiver
{
    private const string Frame = "frame", Meta = "meta", QueueFull = "queue-full", NoDescriptor = "no-descriptor", GroupQueue = "group-queue";

    private readonly DeviceMessages devices = new(engine, counters);
    private volatile bool draining;

    public required CommandMessages Commands { get; init; }

    /// <summary>Once true, nothing more is taken; what comes stays unacknowledged, and so the broker's, for the next run. Any thread.</summary>
    public bool Draining
    {
        get => draining;
        set => draining = value;
    }

    public void OnMessage(in MqttInbound message)
    {
        if (Draining)
        {
            return;
        }

        Arrival now = new(limits.Time.NowNs(), limits.Now());
        RejectExpired(now.Seconds);
        TopicEntry? entry = directory.Resolve(message.Topic, now.Seconds, out Refusal refusal);
        bool frame = entry is null ? message.Topic.EndsWith("/frame", StringComparison.Ordinal) : entry.Kind == InputKind.Frame;
        if (frame)
        {
            counters.FrameReceived();
        }

        if (entry is null)
        {
            Reject(frame ? Frame : "topic", refusal.Reason, message.Ack, refusal.Code);
            return;
        }

        if (IngestLimits.Judge(entry, message, now.Seconds) is { } refused)
        {
            Reject(KindName(entry.Kind), refused.Reason, message.Ack, refused.Code);
        }
        else
        {
            Take(entry, message, now);
        }

        if (entry.Stream.Described is null && !hold.Holds(entry.Stream))
        {
            directory.Forget(entry.Stream);
        }
    }

    private static string KindName(InputKind kind) => kind switch
    {
        InputKind.Frame => Frame,
        InputKind.Meta => Meta,
        InputKind.Status => "status",
        InputKind.Mark => "mark",
        _ => "command",
    };

    private void Take(TopicEntry entry, in MqttInbound message, in Arrival now)
    {
        switch (entry.Kind)
        {
            case InputKind.Frame:
                TakeFrame(entry.Stream, message, now);
                break;
            case InputKind.Meta:
                TakeDescriptor(entry.Stream, message);
                break;
            default:
                MqttReasonCode? code = entry.Kind == InputKind.Command
                    ? Commands.Take(entry.Stream.Key, message, now.UnixNs) : devices.Take(entry, message, now.UnixNs);
                if (code is { } reason)
                {
                    acks.Acknowledge(message.Ack, reason);
                }

                break;
        }
    }

    private void TakeFrame(DeviceStream stream, in MqttInbound message, in Arrival now)
    {
        if (stream.Described is { } described)
        {
            Submit(stream, described, FrameMessage.Of(message, now), message.Ack);
        }
        else if (hold.TryHold(stream, message, now.UnixNs, now.Seconds))
        {
            if (!hold.IsDurable)
            {
                acks.Acknowledge(message.Ack);
            }
        }
        else
        {
            Reject(Frame, NoDescriptor, message.Ack, MqttReasonCode.QuotaExceeded);
        }
    }

    private void Submit(DeviceStream stream, DescribedStream described, in FrameMessage message, MqttAckToken ack)
    {
        FrameTicket ticket = acks.Rent();
        FrameRejection fault = FrameDecoder.Decode(message.ContentType, described.Descriptor, message.Payload, ticket.Frame, stream.Key);
        if (fault == FrameRejection.None && ticket.Frame.FirstSample == EcgFrame.Unplaced)
        {
            fault = DeviceStream.Place(ticket.Frame, message.Given);
        }

        // What its time places takes no steps that the gate could judge.
        bool placed = ticket.Frame.FirstSample != EcgFrame.Unplaced;
        string? reason = fault != FrameRejection.None ? fault.WireName()
            : placed ? stream.Gate.Judge(ticket.Frame, described, limits.Options, message.At) : null;
        if (reason is not null)
        {
            acks.Return(ticket);
            Reject(Frame, reason, ack, MqttReasonCode.PayloadFormatInvalid);
            return;
        }

        ticket.Ack = ack;
        ticket.Frame.ReceivedNs = message.ReceivedNs;
        (uint epoch, long end) = (ticket.Frame.Epoch, ticket.Frame.FirstSample + ticket.Frame.SamplesPerLead);

        // From here on the frame is the engine's.
        if (Enqueue(stream, ticket) && placed)
        {
            stream.Gate.Passed(epoch, end, message.At);
        }
    }

    /// <summary>Into the engine's queue, if the group has room there; else the frame is refused or dropped, and acknowledged as such.</summary>
    private bool Enqueue(DeviceStream stream, FrameTicket ticket)
    {
        MqttAckToken ack = ticket.Ack;
        ticket.Places = QueueShare.PlacesOf(ticket.Frame);
        if (!limits.Queue.TryEnter(stream.Group, ticket.Places))
        {
            acks.Return(ticket);
            Reject(Frame, GroupQueue, ack, MqttReasonCode.QuotaExceeded);
            return false;
        }

        ticket.Group = stream.Group;

        // The engine hears of a format before the first frame in it.
        if (stream.TellFormat(engine) && engine.TrySubmit(EngineInput.OfFrame(stream.Key, ticket.Frame, ticket)))
        {
            counters.FrameSubmitted();
            return true;
        }

        acks.Return(ticket);
        counters.FrameDropped();
        acks.Acknowledge(ack, MqttReasonCode.QuotaExceeded);
        return false;
    }

    private void TakeDescriptor(DeviceStream stream, in MqttInbound message)
    {
        if (message.Payload.IsEmpty)
        {
            Withdraw(stream, message.Ack);
            return;
        }

        byte[] json = message.Payload.ToArray();
        DescriptorRejection fault = DescriptorJson.TryParse(json, out StreamDescriptor? descriptor, stream.Key);
        if (fault != DescriptorRejection.None)
        {
            Reject(Meta, fault.WireName(), message.Ack, MqttReasonCode.PayloadFormatInvalid);
            return;
        }

        counters.Descriptor();
        DescribedStream described = DescribedStream.Of(descriptor!, json);
        stream.Described = described;
        acks.Acknowledge(message.Ack);
        SubmitHeld(stream, described, hold.Release(stream));
    }

    /// <summary>Takes up what an earlier run held for its descriptor. Before anything is received.</summary>
    public void HoldAgain(IEnumerable<(AnyEcg.Store.HeldFrame Frame, GivenPosition Given)> earlier)
    {
        foreach ((AnyEcg.Store.HeldFrame frame, GivenPosition given) in earlier)
        {
            TopicEntry? entry = directory.Resolve(DeviceTopics.Frame(frame.Stream), limits.Now(), out _);
            if (entry is null || !hold.TryHoldAgain(new HeldFrame(entry.Stream, frame.Body, frame.ContentType, given, frame.ReceivedNs, limits.Now())))
            {
                counters.Reject(Frame, NoDescriptor);
            }
        }
    }

    /// <summary>
    /// After them an input that does nothing carries word to the store that none is held any more: once it is durable, so are they. Should there be no
    /// room for it, they are held again by the next run, and are duplicates then.
    /// </summary>
    private void SubmitHeld(DeviceStream stream, DescribedStream described, List<HeldFrame> released)
    {
        foreach (HeldFrame held in released)
        {
            Submit(stream, described, held.ToMessage(limits.Now()), default);
        }

        if (released.Count > 0)
        {
            engine.TrySubmit(EngineInput.OfClock(stream.Key, ClockEvents.None, limits.Time.NowNs(), 0) with { Token = new HeldReleased() });
        }
    }

    /// <summary>A cleared descriptor: the stream is over.</summary>
    private void Withdraw(DeviceStream stream, MqttAckToken ack)
    {
        bool known = stream.Described is not null;
        stream.Withdraw();
        if (!known)
        {
            acks.Acknowledge(ack);
        }
        else if (!engine.TrySubmit(EngineInput.OfClose(stream.Key, limits.Time.NowNs()) with { Token = new NoteTicket(ack) }))
        {
            Reject(Meta, QueueFull, ack, MqttReasonCode.QuotaExceeded);
        }
    }

    /// <summary>
    /// Rejects what still waits for a descriptor, at the end of a worker without a store: it was acknowledged. With one it is the next run's. Returns
    /// how many. Once nothing is received any more.
    /// </summary>
    public int RejectHeld() => hold.IsDurable ? 0 : RejectExpired(double.PositiveInfinity);

    private int RejectExpired(double now)
    {
        if (hold.Pending == 0)
        {
            return 0;
        }

        List<HeldFrame> expired = hold.Expire(now);
        foreach (HeldFrame held in expired)
        {
            counters.Reject(Frame, NoDescriptor);
            if (!hold.Holds(held.Stream))
            {
                hold.Forget(held.Stream);
                directory.Forget(held.Stream);
            }
        }

        return expired.Count;
    }

    private void Reject(string kind, string reason, MqttAckToken ack, MqttReasonCode code)
    {
        counters.Reject(kind, reason);
        acks.Acknowledge(ack, code);
    }
}
