namespace AnyEcg.Signal;

/// <summary>
/// The signal path of one stream, from frames to seconds of patches: alignment, lead-off, resampling to 300 Hz, filters,
/// patches, context features. Live and file recordings take this same path.
/// A loss of at most <see cref="StreamSignalOptions.MaxBridgedSeconds"/> is bridged: the last value is held through resampler and
/// filters, its samples count as missing. After a longer one both start anew (<see cref="PatchFlags.Settling"/> for a second);
/// the seconds wholly inside it are emitted with <see cref="PatchFlags.Gap"/> and no token, up to
/// <see cref="StreamSignalOptions.MaxEmptySeconds"/>, and the rest is jumped over.
/// A second appears once all of its samples and the resampler's delay after it have come, or once an epoch or the stream has
/// ended with them (<see cref="Finish"/>). Engine thread only.
/// </summary>
public sealed class StreamSignal : IAlignedSink, IStateful
{
    private readonly FrameAligner aligner;
    private readonly DeviceClock clock;
    private readonly PolyphaseDesign design;
    private readonly LeadPath[] paths;
    private readonly Patcher patcher;
    private readonly ContextExtractor context;
    private readonly long maxBridged;
    private readonly double sampleNs;
    private IPatchSink? output;
    private EcgFrame? opening;
    private long pendingGap;
    private long nextSample;
    private long lastReceivedNs;
    private bool begun;

    /// <summary>
    /// Refuses with <see cref="ArgumentException"/> a format whose rate the resampler does not take or whose lists do not fit its
    /// leads, and settings out of range.
    /// </summary>
    public StreamSignal(StreamFormat format, StreamSignalOptions options)
    {
        ArgumentNullException.ThrowIfNull(format);
        ArgumentNullException.ThrowIfNull(options);
        Check(format, options);
        aligner = new FrameAligner(format, options.Aligner);
        clock = new DeviceClock(format.SampleRateHz, options.Clock with { Kind = format.Clock });
        design = PolyphaseDesign.For(format.SampleRateHz);
        paths = new LeadPath[format.Leads.Count];
        for (int lead = 0; lead < paths.Length; lead++)
            paths[lead] = new LeadPath(format, design, lead);

        patcher = new Patcher(paths.Length, options.MaxEmptySeconds);
        context = new ContextExtractor(paths.Length);
        maxBridged = (long)(options.MaxBridgedSeconds * format.SampleRateHz);
        sampleNs = 1e9 / format.SampleRateHz;
        Counters = new StreamSignalCounters(aligner.Counters);
    }

    public StreamSignalCounters Counters { get; }

    /// <summary>Where to note which samples went down, if anywhere; stays the caller's, who may keep it longer than this path.</summary>
    public SampleLedger? Ledger { get; init; }

    /// <summary>The epoch of what goes down; null before the first frame.</summary>
    public uint? Epoch => aligner.Started ? aligner.Epoch : null;

    /// <summary>First sample of the epoch that has neither gone down nor been given up.</summary>
    public long NextSample => aligner.NextSample;

    /// <summary>What is known of the device's clock: drift, jumps.</summary>
    public DeviceClock Clock => clock;

    /// <summary>The samples that differed, for the last frame answered with <see cref="FrameOutcome.Conflict"/>.</summary>
    public SampleRange LastConflict => aligner.LastConflict;

    /// <summary>Takes one frame and emits the seconds that it completes; the caller may reuse the frame afterwards.</summary>
    public FrameOutcome Push(EcgFrame frame, IPatchSink sink)
    {
        ArgumentNullException.ThrowIfNull(sink);
        (output, opening) = (sink, frame);
        FrameOutcome outcome = aligner.Push(frame, this);
        if (opening is not null && outcome is FrameOutcome.Accepted or FrameOutcome.Held)
            clock.Observe(frame);

        opening = null;
        return outcome;
    }

    /// <summary>The stream is idle: gaps before held frames become final, and the held frames go down the path.</summary>
    public void GiveUpHeld(IPatchSink sink)
    {
        ArgumentNullException.ThrowIfNull(sink);
        output = sink;
        aligner.GiveUpHeld(this);
    }

    /// <summary>
    /// Nothing more will come: held frames go down, and the last value is held for the resampler's delay, so that the last second
    /// whose samples have all come is emitted. What is left of an unfinished second is not. Samples that come all the same are
    /// read on after a restart of the filters.
    /// </summary>
    public void Finish(IPatchSink sink)
    {
        GiveUpHeld(sink);
        FlushDelay(lastReceivedNs);
    }

    /// <summary>Between two calls; the stream restored into must be new and of the same format and settings.</summary>
    public void Exchange(StateExchange state)
    {
        ArgumentNullException.ThrowIfNull(state);
        state.Landmark(0x5349_474E);
        state.Setting(paths.Length);
        state.Setting(sampleNs);
        state.Object(aligner);
        state.Object(clock);
        foreach (LeadPath path in paths)
            state.Object(path);
        state.Object(patcher);
        state.Object(context);
        state.Object(Counters);
        (pendingGap, nextSample) = (state.Position(pendingGap), state.Position(nextSample));
        state.Value(ref lastReceivedNs);
        state.Value(ref begun);

        // A second needs the time that the frame which opened its epoch gave the clock.
        state.Require(clock.Started || !(aligner.Started || begun));
    }

    void IAlignedSink.EpochStarted(uint epoch, long firstSample)
    {
        FlushDelay(lastReceivedNs);

        // The frame that opens an epoch is all that its first seconds can be timed by: the clock must see it before they appear.
        clock.Reset();
        clock.Observe(opening!);
        opening = null;
        (nextSample, pendingGap, begun) = (firstSample, 0, false);
        patcher.Begin(epoch, design.FirstOutputAt(firstSample));
        Ledger?.Start(epoch, firstSample);
    }

    void IAlignedSink.Gap(long firstSample, long count)
    {
        pendingGap += count;
        Ledger?.Lose(aligner.Epoch, firstSample, count);
    }

    void IAlignedSink.Samples(in AlignedBlock block)
    {
        ClosePendingGap(block.ReceivedNs);
        if (!begun)
            Restart();

        for (int at = 0; at < block.Count; at += LeadPath.BlockSamples)
        {
            int take = Math.Min(LeadPath.BlockSamples, block.Count - at);
            int outputs = 0;
            for (int lead = 0; lead < paths.Length; lead++)
                outputs = paths[lead].Push(block.Lead(lead).Slice(at, take), (block.LeadOff >> lead & 1) != 0);

            Take(outputs, block.ReceivedNs);
        }

        Ledger?.Take(aligner.Epoch, nextSample, block.Count);
        nextSample += block.Count;
        lastReceivedNs = block.ReceivedNs;
    }

    private static void Check(StreamFormat format, StreamSignalOptions options)
    {
        int leads = format.Leads.Count;
        if (format.MicrovoltsPerLsb.Length != leads || format.Baseline.Length != leads || (format.AdcRange?.Length ?? leads) != leads)
            throw new ArgumentException($"Scale, baseline and range are needed for each of the {leads} leads.", nameof(format));

        if (!(options.MaxBridgedSeconds is >= 0 and <= 10) || options.MaxEmptySeconds is < 1 or > 3600)
            throw new ArgumentException("Losses of 0-10 s can be bridged, 1-3600 empty seconds emitted.", nameof(options));
    }

    private void ClosePendingGap(long receivedNs)
    {
        long count = pendingGap;
        pendingGap = 0;
        if (count == 0)
            return;

        nextSample += count;
        if (begun && count <= maxBridged)
        {
            Hold(count, receivedNs);
            return;
        }

        FlushDelay(receivedNs);
        while (patcher.SkipTo(design.FirstOutputAt(nextSample), output!) is { } second)
            Emit(second, receivedNs);

        Counters.SecondsJumped = patcher.Jumped;
    }

    /// <summary>Brings out what still waits for the resampler's delay; whatever comes next starts anew.</summary>
    private void FlushDelay(long receivedNs)
    {
        if (begun)
            Hold(paths[0].DelaySamples, receivedNs);

        begun = false;
    }

    private void Restart()
    {
        foreach (LeadPath path in paths)
            path.Restart(nextSample);

        begun = true;
        Counters.Restarts++;
    }

    private void Hold(long count, long receivedNs)
    {
        for (long left = count; left > 0; left -= LeadPath.BlockSamples)
        {
            int outputs = 0;
            foreach (LeadPath path in paths)
                outputs = path.Hold((int)Math.Min(left, LeadPath.BlockSamples));

            Take(outputs, receivedNs);
        }
    }

    private void Take(int outputs, long receivedNs)
    {
        int used = 0;
        while (patcher.Append(paths, outputs, ref used, output!) is { } second)
            Emit(second, receivedNs);
    }

    private void Emit(PatchSecond second, long receivedNs)
    {
        (long sample, double part) = design.TimeOf(second.Second * PatchSecond.PatchSamples);
        second.StartNs = clock.ToNs(sample) + (long)(part * sampleNs);
        second.CompletedNs = receivedNs;
        context.Observe(second, second.Context);
        Counters.SecondsEmitted++;
        Counters.SecondsEmpty += second.Present == 0 ? 1 : 0;
        output!.Emit(second);
    }
}
