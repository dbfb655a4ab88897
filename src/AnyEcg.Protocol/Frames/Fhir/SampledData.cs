using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Text.Json;
using AnyEcg.Signal;

namespace AnyEcg.Protocol;

/// <summary>
/// One SampledData of FHIR R4 or R5: value = origin + factor x data, in the unit of the origin. What cannot be read evenly
/// (offsets, code maps) is refused. Limits are in the unit of the origin, too.
/// </summary>
internal readonly ref struct SampledData
{
    private readonly double origin, factor;
    private readonly double? lower, upper;
    private readonly ReadOnlySpan<byte> data;

    private SampledData(ReadOnlySpan<byte> data, double origin, double factor, double? lower, double? upper)
    {
        this.data = data;
        (this.origin, this.factor, this.lower, this.upper) = (origin, factor, lower, upper);
    }

    /// <summary>Values at each point in time.</summary>
    public int Dimensions { get; private init; }

    /// <summary>Seconds from one point to the next.</summary>
    public double Period { get; private init; }

    public static FrameRejection TryRead(JsonElement element, out SampledData sampled)
    {
        sampled = default;
        if (element.TryGetProperty("codeMap", out _) || element.TryGetProperty("offsets", out _))
            return FrameRejection.BadCodec;
        if (!element.TryObject("origin", out JsonElement origin)
            || !element.TryInteger("dimensions", 1, LeadSet.MaxLeads, null, out long? dimensions) || dimensions is null
            || !element.TryNumber("factor", 1, out double? factor)
            || !element.TryNumber("lowerLimit", null, out double? lower)
            || !element.TryNumber("upperLimit", null, out double? upper)
            || !TryData(element, out ReadOnlySpan<byte> data))
            return FrameRejection.BadJson;
        if (!FhirUnits.TryMicrovolts(origin, out double unit, out double zero) || !FhirUnits.TryPeriod(element, out double period))
            return FrameRejection.BadUnit;
        sampled = new SampledData(data, zero * unit, factor!.Value * unit, lower * unit, upper * unit) { Dimensions = (int)dimensions, Period = period };
        return FrameRejection.None;
    }

    /// <summary>Points in time, or the reason why there is no whole number of them.</summary>
    public FrameRejection Count(out int points)
    {
        int tokens = 0;
        ReadOnlySpan<byte> rest = data;
        while (!Next(ref rest).IsEmpty)
            tokens++;
        points = tokens / Dimensions;
        if (tokens == 0 || tokens % Dimensions != 0)
            return FrameRejection.BadLength;
        return points > FrameLimits.MaxSamplesPerLead ? FrameRejection.TooLarge : FrameRejection.None;
    }

    /// <summary>Fills the samples of leads from <paramref name="firstLead"/> on, in steps; NaN where there is no value.</summary>
    public FrameRejection Fill(StreamDescriptor descriptor, int firstLead, EcgFrame into)
    {
        ReadOnlySpan<byte> rest = data;
        Span<StepScale> scales = new StepScale[Dimensions];
        for (int i = 0; i < Dimensions; i++)
            scales[i] = new StepScale(descriptor, firstLead + i);
        for (int at = 0; at < into.SamplesPerLead * Dimensions; at++)
        {
            if (!TryValue(Next(ref rest), out double? microvolts))
                return FrameRejection.BadJson;
            ref float sample = ref into.LeadSamples(firstLead + (at % Dimensions))[at / Dimensions];
            sample = float.NaN;
            FrameRejection fault = microvolts is double known ? scales[at % Dimensions].TryStep(known, out sample) : FrameRejection.None;
            if (fault != FrameRejection.None)
                return fault;
        }

        return FrameRejection.None;
    }

    /// <summary>A number, or E: no value, L and U: beyond the limit, which must then be known.</summary>
    private bool TryValue(ReadOnlySpan<byte> token, out double? microvolts)
    {
        microvolts = null;
        switch (token)
        {
            case [(byte)'E']:
                return true;
            case [(byte)'L']:
                microvolts = lower;
                return lower is not null;
            case [(byte)'U']:
                microvolts = upper;
                return upper is not null;
        }

        bool good = Utf8Parser.TryParse(token, out double number, out int read, 'F') && read == token.Length;
        microvolts = origin + (factor * number);
        return good;
    }

    /// <summary>The bytes of the string as they stand in the message: numbers and letters need no escapes.</summary>
    private static bool TryData(JsonElement element, out ReadOnlySpan<byte> data)
    {
        data = default;
        if (!element.TryGetProperty("data", out JsonElement text) || text.ValueKind != JsonValueKind.String)
            return false;
        data = JsonMarshal.GetRawUtf8Value(text)[1..^1];
        return !data.Contains((byte)'\\');
    }

    private static ReadOnlySpan<byte> Next(ref ReadOnlySpan<byte> rest)
    {
        rest = rest.TrimStart((byte)' ');
        int end = rest.IndexOf((byte)' ');
        ReadOnlySpan<byte> token = end < 0 ? rest : rest[..end];
        rest = rest[token.Length..];
        return token;
    }
}
