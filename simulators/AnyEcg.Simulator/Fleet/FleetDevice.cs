using AnyEcg.Mqtt;
using AnyEcg.Protocol;

namespace AnyEcg.Simulator;

/// <summary>
/// One device of a fleet: takes its samples when they are due, whatever the network does, and forwards them from its store. Turns are
/// the scheduler's; the rest is for any thread.
/// </summary>
internal sealed class FleetDevice
{
    /// <summary>Frames that may leave at once before the catch-up rate counts: a repeat or a late frame is no backlog.</summary>
    private const int Burst = 3;

    private readonly IEnumerator<DeviceMessage> script;
    private readonly DeviceStore store;
    private readonly DeviceVoice voice;
    private readonly FleetLink link;
    private readonly FleetDeviceOptions options;
    private readonly TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TimeSpan nextSend;
    private volatile bool sampling;
    private volatile bool stopping;

    public FleetDevice(SimulatedDevice device, FleetLink link, FleetDeviceOptions options)
    {
        Device = device;
        this.link = link;
        this.options = options;

        // At full speed no time passes in which a store could overflow: its window alone bounds it.
        StoreOptions limits = double.IsFinite(Speed) ? options.Store : options.Store with { Seconds = double.PositiveInfinity, Bytes = long.MaxValue };
        store = new DeviceStore(limits, device.Descriptor.SampleRateHz);
        voice = new DeviceVoice(link, options.TruthSeconds is { } seconds ? DeviceWords.Truth(device.Options, seconds) : null);
        script = device.Script().GetEnumerator();
        sampling = script.MoveNext();
    }

    public SimulatedDevice Device { get; }

    public DeviceLedger Ledger => store.Ledger;

    /// <summary>Completes when all is sent and acknowledged, the last word included.</summary>
    public Task Done => done.Task;

    /// <summary>The connection is there, for the first time or again.</summary>
    public void OnConnected()
    {
        voice.Repeat();
        options.Wake();
    }

    /// <summary>Ends the sampling at the next turn; the store is still forwarded.</summary>
    public void StopSampling()
    {
        stopping = true;
        options.Wake();
    }

    /// <summary>The run is over: what is still in the store counts as failed.</summary>
    public void Settle() => options.Counters.Fail(store.Count);

    /// <summary>Scheduler only. Does what is due at <paramref name="now"/> and says when the next turn is.</summary>
    public TimeSpan Turn(TimeSpan now)
    {
        Sample(now);
        voice.Speak();
        TimeSpan send = Send(now);
        if (!sampling && store.Count == 0)
            voice.SayLast(done);
        TimeSpan sample = sampling && double.IsFinite(Speed) ? Due(script.Current) : FleetScheduler.Asleep;
        return sample < send ? sample : send;
    }

    private double Speed => Device.Options.Speed;

    private TimeSpan Due(DeviceMessage message) => TimeSpan.FromSeconds(message.AtSeconds / Speed);

    /// <summary>At full speed a device has no clock to keep to: it goes on as its store empties.</summary>
    private void Sample(TimeSpan now)
    {
        bool last = stopping;
        while (sampling && (double.IsFinite(Speed) ? Due(script.Current) <= now : store.Count < options.Store.Window))
        {
            Take(script.Current);
            sampling = script.MoveNext();
        }

        // What was due when the run ended was taken: how busy the machine is does not count.
        if (sampling && last)
        {
            sampling = false;
            voice.Take(Device.Offline);
        }
    }

    private void Take(DeviceMessage message)
    {
        if (message.Retain)
        {
            voice.Take(message);
            return;
        }

        if (message.Kind == InputKind.Frame)
            options.Counters.Plan(message.Fate);
        if (message.Fate == FrameFate.Lost)
            store.Lose(message.Samples);
        else
            options.Counters.Fail(store.Add(message));
    }

    /// <summary>Sends what the window and the catch-up rate allow; returns when to go on.</summary>
    private TimeSpan Send(TimeSpan now)
    {
        if (!link.IsConnected && options.Qos == MqttQos.AtMostOnce)
            options.Counters.Fail(store.DropWaiting());
        while (link.IsConnected)
        {
            if (nextSend > now)
                return store.HasWaiting ? nextSend : FleetScheduler.Asleep;
            if (!store.TrySend(out DeviceMessage? message))
                break;
            TimeSpan interval = Interval(message!.Samples);
            TimeSpan earliest = now - (Burst * interval);
            nextSend = (nextSend > earliest ? nextSend : earliest) + interval;
            _ = DeliverAsync(message);
        }

        return FleetScheduler.Asleep;
    }

    private TimeSpan Interval(int samples) => double.IsFinite(Speed)
        ? TimeSpan.FromSeconds(samples / (Device.Descriptor.SampleRateHz * options.Store.CatchUp * Speed))
        : TimeSpan.Zero;

    private async Task DeliverAsync(DeviceMessage message)
    {
        bool frame = message.Kind == InputKind.Frame;
        try
        {
            await link.PublishAsync(message, frame ? options.Qos : MqttQos.AtLeastOnce).ConfigureAwait(false);
            store.Acknowledge(message);
            if (frame)
                options.Counters.Send(message.Payload.Length);
        }
        catch (MqttException e) when (e is MqttPublishException || options.Qos == MqttQos.AtMostOnce)
        {
            store.Refuse(message);
            options.Counters.Fail(frame ? 1 : 0);
        }
        catch (Exception e) when (e is MqttException or ObjectDisposedException)
        {
            // The client was stopped: nobody knows whether the broker has it, so it stays in the store.
        }

        // A live device has nothing to do before its next sample: thousands of needless turns in a second would cost more than the rest.
        if (store.HasWaiting || !sampling || !double.IsFinite(Speed))
            options.Wake();
    }
}

/// <summary>What a device of a fleet needs besides itself.</summary>
/// <param name="Qos">Of the frames.</param>
/// <param name="Store">Limits of its store.</param>
/// <param name="Counters">The fleet's.</param>
/// <param name="Wake">Asks the scheduler for a turn.</param>
internal sealed record FleetDeviceOptions(MqttQos Qos, StoreOptions Store, FleetCounters Counters, Action Wake)
{
    /// <summary>How far the truth speaks that a synthetic device publishes; null: it publishes none.</summary>
    public double? TruthSeconds { get; init; }
}
