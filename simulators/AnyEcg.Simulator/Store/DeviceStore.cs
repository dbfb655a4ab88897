namespace AnyEcg.Simulator;

/// <summary>
/// Store and forward of one device: what is to be sent, in order, until the broker has acknowledged it. Full, it drops the oldest
/// message that was not sent yet: one already sent may have arrived, so it stays until its fate is known. Any thread.
/// </summary>
/// <param name="options">Limits.</param>
/// <param name="sampleRateHz">Turns samples into seconds.</param>
internal sealed class DeviceStore(StoreOptions options, double sampleRateHz)
{
    private readonly Lock gate = new();
    private readonly Queue<DeviceMessage> waiting = new();
    private readonly long maxSamples = (long)Math.Min(options.Seconds * sampleRateHz, long.MaxValue / 2);
    private DeviceLedger ledger;
    private long bytes;
    private int inFlight;

    public DeviceLedger Ledger
    {
        get
        {
            lock (gate)
                return ledger;
        }
    }

    /// <summary>Messages kept, sent or not.</summary>
    public int Count
    {
        get
        {
            lock (gate)
                return waiting.Count + inFlight;
        }
    }

    /// <summary>Whether anything is left to be sent.</summary>
    public bool HasWaiting
    {
        get
        {
            lock (gate)
                return waiting.Count > 0;
        }
    }

    /// <summary>Takes in a new message and makes room for it.</summary>
    /// <returns>Frames dropped for it, second copies included.</returns>
    public int Add(DeviceMessage message)
    {
        lock (gate)
        {
            waiting.Enqueue(message);
            bytes += message.Payload.Length;
            ledger = ledger with { Generated = ledger.Generated + message.Samples, Stored = ledger.Stored + message.Samples };
            int dropped = 0;
            while ((ledger.Stored > maxSamples || bytes > options.Bytes) && waiting.Count > 0)
                dropped += DropOldest();
            return dropped;
        }
    }

    /// <summary>A frame that never reached the store.</summary>
    public void Lose(int samples)
    {
        lock (gate)
            ledger = ledger with { Generated = ledger.Generated + samples, Lost = ledger.Lost + samples };
    }

    /// <summary>Gives the oldest message to be sent now; false where there is none or the window is full.</summary>
    public bool TrySend(out DeviceMessage? message)
    {
        lock (gate)
        {
            if (inFlight >= options.Window || !waiting.TryDequeue(out message))
            {
                message = null;
                return false;
            }

            inFlight++;
            return true;
        }
    }

    /// <summary>The broker has it.</summary>
    public void Acknowledge(DeviceMessage message)
    {
        lock (gate)
        {
            Remove(message);
            inFlight--;
            ledger = ledger with { Acknowledged = ledger.Acknowledged + message.Samples };
        }
    }

    /// <summary>The broker does not want it.</summary>
    public void Refuse(DeviceMessage message)
    {
        lock (gate)
        {
            Remove(message);
            inFlight--;
            ledger = ledger with { Dropped = ledger.Dropped + message.Samples };
        }
    }

    /// <summary>Drops all that was not sent: a QoS 0 device without a connection.</summary>
    /// <returns>Frames dropped, second copies included.</returns>
    public int DropWaiting()
    {
        lock (gate)
        {
            int dropped = 0;
            while (waiting.Count > 0)
                dropped += DropOldest();
            return dropped;
        }
    }

    private int DropOldest()
    {
        DeviceMessage oldest = waiting.Dequeue();
        Remove(oldest);
        ledger = ledger with { Dropped = ledger.Dropped + oldest.Samples };
        return oldest.Kind == Protocol.InputKind.Frame ? 1 : 0;
    }

    private void Remove(DeviceMessage message)
    {
        bytes -= message.Payload.Length;
        ledger = ledger with { Stored = ledger.Stored - message.Samples };
    }
}
