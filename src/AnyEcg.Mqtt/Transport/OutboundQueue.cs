namespace AnyEcg.Mqtt;

internal enum SendResult
{
    Sent,

    /// <summary>More bytes are waiting than the limit allows.</summary>
    Full,

    /// <summary>Longer than the peer accepts.</summary>
    TooLarge,

    /// <summary>The link is ending.</summary>
    Closed,
}

/// <summary>
/// What waits for one link's socket. Any thread appends packets, encoded straight into the waiting buffer; the send loop swaps
/// that buffer for an empty one and writes it in one piece, so that packets batch by themselves while a write is under way.
/// A receive loop that has a thread of its own may do the same in passing (<see cref="TryTakeNow"/>).
/// </summary>
internal sealed class OutboundQueue(int limit)
{
    private readonly Lock gate = new();
    private PacketWriter waiting = new();
    private PacketWriter sending = new();
    private TaskCompletionSource? space;
    private TaskCompletionSource? wake;
    private ReadOnlyMemory<byte> unsent;
    private long answerBytes;
    private bool closed;
    private bool taken;
    private bool takenBySendLoop;
    private bool corked;

    /// <summary>Largest packet that the peer accepts, bytes.</summary>
    public uint PeerMaximumPacketSize { get; set; } = uint.MaxValue;

    /// <summary>Somebody fetches answers by <see cref="TryTakeNow"/> every few milliseconds: the send loop is woken only for many.</summary>
    public bool AnswersMayGather { get; set; }

    /// <summary>How many, bytes.</summary>
    public int MostGathered { get; set; } = 1024;

    /// <summary>Level that packets are written in. A CONNECT sets it too, for all that follows.</summary>
    public MqttVersion Version
    {
        get
        {
            lock (gate)
                return waiting.Version;
        }

        set
        {
            lock (gate)
                waiting.Version = value;
        }
    }

    /// <summary>
    /// Appends a packet. With <paramref name="bounded"/> it is refused while the limit is exceeded; packets whose number is
    /// bounded by the protocol itself go without.
    /// </summary>
    public SendResult Send<TPacket>(in TPacket packet, bool bounded = false)
        where TPacket : IOutgoingPacket, allows ref struct
    {
        lock (gate)
        {
            if (closed)
                return SendResult.Closed;
            if (bounded && waiting.Length >= limit)
                return SendResult.Full;
            if (!Append(packet))
                return SendResult.TooLarge;
            Signal();
            return SendResult.Sent;
        }
    }

    /// <summary>Appends a packet that answers one of the peer's, and counts it for <see cref="CheckOverrun"/>.</summary>
    public SendResult SendAnswer(in AckPacket answer)
    {
        lock (gate)
        {
            if (closed)
                return SendResult.Closed;
            int before = waiting.Length;
            if (!Append(answer))
                return SendResult.TooLarge;
            answerBytes += waiting.Length - before;
            if (!AnswersMayGather || answerBytes >= MostGathered)
                Signal();
            return SendResult.Sent;
        }
    }

    /// <summary>Appends a packet after which the link carries nothing more, as a DISCONNECT, and closes; a packet too large is refused and nothing closed.</summary>
    public SendResult SendLast<TPacket>(in TPacket packet)
        where TPacket : IOutgoingPacket, allows ref struct
    {
        lock (gate)
        {
            SendResult result = Send(packet);
            if (result == SendResult.Sent)
                Close();
            return result;
        }
    }

    /// <summary>Bytes not yet handed to the socket.</summary>
    public int WaitingBytes
    {
        get
        {
            lock (gate)
                return waiting.Length;
        }
    }

    /// <summary>Whether more bytes wait than the limit allows.</summary>
    public bool IsFull => WaitingBytes >= limit;

    /// <summary>
    /// Throws when far more answers wait than the limit allows bytes: their number is the peer's choice, and one that goes on
    /// sending and does not read would fill the memory.
    /// </summary>
    public void CheckOverrun()
    {
        long bytes;
        lock (gate)
            bytes = answerBytes;
        if (bytes >= 16L * limit)
            throw new MqttProtocolException(MqttReasonCode.QuotaExceeded, "the peer sends, but does not read the answers");
    }

    /// <summary>Completes when a bounded packet would be taken again, or when the link ends.</summary>
    public Task WaitForSpaceAsync(CancellationToken cancellationToken)
    {
        lock (gate)
        {
            if (closed || waiting.Length < limit)
                return Task.CompletedTask;
            space ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return space.Task.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Takes nothing more; what waits is still sent.</summary>
    public void Close()
    {
        lock (gate)
        {
            closed = true;
            FreeSpace();
            Wake();
        }
    }

    /// <summary>The receive loop delivers: what is appended now is sent when it is done with all that came. Receive loop only.</summary>
    public void Cork()
    {
        lock (gate)
            corked = true;
    }

    /// <summary>The end of <see cref="Cork"/>. Where the receive loop fetches answers itself it does so next.</summary>
    public void Uncork()
    {
        lock (gate)
        {
            corked = false;
            if (waiting.Length > 0 && !AnswersMayGather)
                Wake();
        }
    }

    /// <summary>
    /// What waits, for the receive loop to write without waiting; to be followed by <see cref="SentNow"/>. False when there is nothing,
    /// or the send loop is writing.
    /// </summary>
    public bool TryTakeNow(out ReadOnlyMemory<byte> bytes)
    {
        lock (gate)
        {
            bytes = default;
            if (taken || !unsent.IsEmpty || waiting.Length == 0)
                return false;
            taken = true;
            bytes = Swap();
            return true;
        }
    }

    /// <summary>So many bytes of <see cref="TryTakeNow"/> went out; the send loop gets the rest.</summary>
    public void SentNow(int count)
    {
        lock (gate)
        {
            taken = false;
            unsent = sending.Written[count..];
            if (!unsent.IsEmpty || waiting.Length > 0 || closed)
                Wake();
        }
    }

    /// <summary>Send loop only: the next bytes to write, valid until the next call; empty at the end.</summary>
    public async ValueTask<ReadOnlyMemory<byte>> TakeAsync()
    {
        while (true)
        {
            Task more;
            lock (gate)
            {
                if (takenBySendLoop)
                    taken = takenBySendLoop = false;
                if (!taken && (!unsent.IsEmpty || waiting.Length > 0))
                    return TakeForSendLoop();
                if (!taken && closed)
                    return default;
                wake = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                more = wake.Task;
            }

            await more.ConfigureAwait(false);
        }
    }

    private bool Append<TPacket>(in TPacket packet)
        where TPacket : IOutgoingPacket, allows ref struct
    {
        int mark = waiting.Length;
        bool written = false;
        try
        {
            packet.WriteTo(waiting);
            written = waiting.Length - mark <= PeerMaximumPacketSize;
        }
        finally
        {
            if (!written)
                waiting.Truncate(mark);
        }

        return written;
    }

    private ReadOnlyMemory<byte> TakeForSendLoop()
    {
        taken = takenBySendLoop = true;
        ReadOnlyMemory<byte> rest = unsent;
        unsent = default;
        return rest.IsEmpty ? Swap() : rest;
    }

    private ReadOnlyMemory<byte> Swap()
    {
        (waiting, sending) = (sending, waiting);
        waiting.Clear();
        answerBytes = 0;
        waiting.Version = sending.Version;
        FreeSpace();
        return sending.Written;
    }

    private void FreeSpace()
    {
        space?.SetResult();
        space = null;
    }

    private void Signal()
    {
        if (!corked)
            Wake();
    }

    private void Wake()
    {
        wake?.SetResult();
        wake = null;
    }
}
