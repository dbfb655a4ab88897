using System.Collections.Immutable;
using AnyEcg.Signal;

namespace AnyEcg.Protocol;

/// <summary>One lead of a strip.</summary>
/// <param name="Name">As the device calls it.</param>
/// <param name="Mdc">32-bit MDC code, where there is one.</param>
/// <param name="Microvolts">At the device rate and unfiltered, NaN where no sample came; float is exact to 0.01 uV up to 80 mV.</param>
/// <param name="Off">Where the device reported the lead as off; ascending.</param>
public sealed record EcgStripLead(string Name, int? Mdc, float[] Microvolts, ImmutableArray<StripSpan> Off);

/// <summary>
/// A stretch of a stream as the device sent it, at its own rate and before any filter, with the alerts that lie in it. Made by
/// <see cref="StripAssembler"/>, written by <see cref="StripDocument"/> and <see cref="StripDrawing"/>.
/// </summary>
public sealed record EcgStrip
{
    public required StreamKey Key { get; init; }

    public required StripRange Range { get; init; }

    /// <summary>The device rate.</summary>
    public required double SampleRateHz { get; init; }

    /// <summary>Time of the first sample on our clock, nanoseconds since the Unix epoch.</summary>
    public required long StartNs { get; init; }

    /// <summary>In wire order.</summary>
    public required ImmutableArray<EcgStripLead> Leads { get; init; }

    public ImmutableArray<StripAlert> Alerts { get; init; } = [];

    public double Seconds => Range.Count / SampleRateHz;

    /// <summary>Time of a device sample of the epoch.</summary>
    public long TimeNs(long sample) => StartNs + (long)Math.Round((sample - Range.First) * (1e9 / SampleRateHz));
}
