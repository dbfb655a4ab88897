using System.Collections.Immutable;
using AnyEcg.Signal;

namespace AnyEcg.Protocol;

/// <summary>
/// Puts a strip together from frames as a journal holds them: in any order, doubled, overlapping, with holes, of several epochs. What was
/// there first stays, as in the aligner; what never came stays missing and is never a zero. Memory is that of the range alone, at most
/// 40 MB for the largest (ten minutes, 1000 Hz, 16 leads). One strip each; not safe for several threads.
/// </summary>
public sealed class StripAssembler
{
    private readonly StreamFormat format;
    private readonly StripRange range;
    private readonly ImmutableArray<LeadDescriptor> names;
    private readonly float[][] microvolts;
    private readonly ushort[] off;

    /// <param name="format">How the samples are to be read.</param>
    /// <param name="range">What is asked for; frames of other epochs are left out.</param>
    /// <param name="names">Names and codes of the leads as the descriptor has them; null for those of the format.</param>
    public StripAssembler(StreamFormat format, StripRange range, IReadOnlyList<LeadDescriptor>? names = null)
    {
        ArgumentNullException.ThrowIfNull(format);
        this.format = format;
        this.range = range;
        this.names = names is null ? [.. format.Leads.Leads.Select(LeadDescriptor.Of)] : [.. names];
        if (this.names.Length != format.Leads.Count)
            throw new ArgumentException($"There are {format.Leads.Count} leads and {this.names.Length} names.", nameof(names));
        microvolts = [.. Enumerable.Range(0, format.Leads.Count).Select(_ => new float[range.Count])];
        foreach (float[] lead in microvolts)
            Array.Fill(lead, float.NaN);
        off = new ushort[range.Count];
    }

    /// <summary>Frames left out because they are of another shape than the format.</summary>
    public int Unreadable { get; private set; }

    /// <summary>Takes what a frame has of the range; false where it has nothing. The frame may be used again afterwards.</summary>
    public bool Add(EcgFrame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        if (frame.Epoch != range.Epoch || frame.FirstSample < 0)
            return false;
        if (frame.LeadCount != microvolts.Length)
        {
            Unreadable++;
            return false;
        }

        long from = Math.Max(frame.FirstSample, range.First);
        long to = Math.Min(frame.FirstSample + frame.SamplesPerLead, range.End);
        bool taken = false;
        for (long sample = from; sample < to; sample++)
            taken |= Take(frame, (int)(sample - frame.FirstSample), (int)(sample - range.First));
        return taken;
    }

    /// <summary>The strip as far as it came.</summary>
    /// <param name="key">The stream.</param>
    /// <param name="startNs">Time of the range's first sample on our clock.</param>
    /// <param name="alerts">Those outside the range are left out.</param>
    public EcgStrip Finish(StreamKey key, long startNs, IEnumerable<StripAlert> alerts) => new()
    {
        Key = key,
        Range = range,
        SampleRateHz = format.SampleRateHz,
        StartNs = startNs,
        Leads = [.. names.Select((name, lead) => new EcgStripLead(name.Name, name.Mdc ?? LeadCodes.Of(name.Lead), microvolts[lead], Off(lead)))],
        Alerts = [.. alerts.Where(alert => alert.Overlaps(range)).OrderBy(alert => alert.Onset).ThenBy(alert => alert.Kind).ThenBy(alert => alert.AlertId)],
    };

    private bool Take(EcgFrame frame, int source, int target)
    {
        if (!float.IsNaN(microvolts[0][target]))
            return false;
        for (int lead = 0; lead < microvolts.Length; lead++)
            microvolts[lead][target] = (float)((frame.LeadSamples(lead)[source] - format.Baseline[lead]) * format.MicrovoltsPerLsb[lead]);
        off[target] = (ushort)frame.LeadOff;
        return true;
    }

    private ImmutableArray<StripSpan> Off(int lead)
    {
        ImmutableArray<StripSpan>.Builder spans = ImmutableArray.CreateBuilder<StripSpan>();
        for (int i = 0; i < off.Length; i++)
        {
            if ((off[i] >> lead & 1) == 0)
                continue;
            int start = i;
            while (i < off.Length && (off[i] >> lead & 1) != 0)
                i++;
            spans.Add(new StripSpan(range.First + start, range.First + i));
        }

        return spans.ToImmutable();
    }
}
