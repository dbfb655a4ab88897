using AnyEcg.Engine;
using AnyEcg.Protocol;
using AnyEcg.Signal;

namespace AnyEcg.Worker;

/// <summary>What the ingest knows of one stream. Written by the receive loop only; the immutable parts may be read by any thread.</summary>
internal sealed class DeviceStream(StreamKey key, GroupQuota group, double nowSeconds)
{
    private DescribedStream? described;

    public StreamKey Key { get; } = key;

    /// <summary>Receive loop only.</summary>
    public GroupQuota Group => group;

    /// <summary>Receive loop only.</summary>
    public StreamQuota Quota { get; } = new(group.Sizes, nowSeconds);

    /// <summary>Receive loop only.</summary>
    public FrameGate Gate { get; private set; } = new();

    /// <summary>When its last message came, seconds on the clock of the limits; receive loop only.</summary>
    public double HeardAt { get; set; } = nowSeconds;

    /// <summary>Descriptor and format in one reference, so that a reader never sees halves of two.</summary>
    public DescribedStream? Described
    {
        get => Volatile.Read(ref described);
        set => Volatile.Write(ref described, value);
    }

    /// <summary>What the engine was last told; receive loop only.</summary>
    public DescribedStream? Told { get; private set; }

    /// <summary>The topics on which it was heard, at most one for each kind of message; receive loop only.</summary>
    public List<string> Topics { get; } = [];

    /// <summary>
    /// Tells the engine, once for each descriptor, how the samples are to be read; true when it knows. A full queue only
    /// postpones it. Receive loop only.
    /// </summary>
    public bool TellFormat(IEngineDoor engine)
    {
        DescribedStream? now = Described;
        if (now is not null && !ReferenceEquals(Told, now) && engine.TrySubmit(now.ToInput(Key)))
        {
            Told = now;
        }

        return now is not null && ReferenceEquals(Told, now);
    }

    /// <summary>
    /// Gives a frame that says no position the place that the message's user properties say; without them the engine places it by its
    /// time, in the stream's order. Receive loop only.
    /// </summary>
    public static FrameRejection Place(EcgFrame frame, in GivenPosition given)
    {
        if (given.Bad)
        {
            return FrameRejection.BadPosition;
        }

        if (given.FirstSample is long first)
        {
            frame.FirstSample = first + frame.Valueless.Before;
            frame.Epoch = given.Epoch ?? frame.Epoch;
        }

        return FrameRejection.None;
    }

    /// <summary>The descriptor was withdrawn. Receive loop only.</summary>
    public void Withdraw()
    {
        Gate = new FrameGate();
        Described = null;
        Told = null;
    }
}

/// <summary>A stream's valid descriptor and what the signal path makes of it. Immutable.</summary>
/// <param name="Descriptor">What the device says.</param>
/// <param name="Format">What the signal path makes of it.</param>
/// <param name="Json">The descriptor as it was received: what the journal keeps.</param>
internal sealed record DescribedStream(StreamDescriptor Descriptor, StreamFormat Format, ReadOnlyMemory<byte> Json)
{
    public static DescribedStream Of(StreamDescriptor descriptor, ReadOnlyMemory<byte> json) => new(descriptor, descriptor.ToStreamFormat(), json);

    /// <summary>The input that tells the engine.</summary>
    public EngineInput ToInput(StreamKey key) =>
        EngineInput.OfFormat(key, Format, [.. Descriptor.Leads.Select(l => l.Name)]) with { Token = new StreamDescriptorBytes(Json) };
}

/// <summary>A topic that was parsed once: the stream it belongs to and the kind of message.</summary>
internal sealed record TopicEntry(DeviceStream Stream, InputKind Kind);
