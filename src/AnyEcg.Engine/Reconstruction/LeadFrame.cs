using AnyEcg.Signal;

namespace AnyEcg.Engine;

/// <summary>
/// The coordinates in which a stream's leads are compared: each chest lead is one; the limb leads, all of one plane, are I and II where
/// the stream has two of them, else the one it has. Holds the current second of each coordinate, millivolts, after the end of the
/// second before. Engine thread only; nothing is allocated after construction.
/// </summary>
internal sealed class LeadFrame
{
    /// <summary>Samples kept of the second before: as far back as the shifts reach.</summary>
    public const int Margin = 6;

    /// <summary>Samples of one row of the buffer.</summary>
    public const int Stride = Margin + PatchSecond.PatchSamples;

    private readonly LeadSet leads;
    private readonly bool plane;
    private readonly int[] place;
    private readonly double[] raw;
    private readonly double[] values;
    private uint before;
    private (uint Epoch, long Second) next;

    public LeadFrame(LeadSet leads)
    {
        this.leads = leads;
        int limbs = leads.Leads.Where(LeadWeights.IsLimb).Distinct().Count();
        plane = limbs >= 2;
        Basis = [.. plane ? [(1, 0, 0), (0, 1, 0)] : Array.Empty<(double, double, int)>(), .. Coordinates(leads, plane)];
        place = [.. leads.Leads.Select(lead => PlaceOf(lead))];
        raw = new double[leads.Count * Stride];
        values = new double[(Count + 1) * Stride];
    }

    /// <summary>Each coordinate over the population's leads: a part of I, a part of II, or (where not 0) the row of a chest lead.</summary>
    public (double OfI, double OfII, int Chest)[] Basis { get; }

    public int Count => Basis.Length;

    /// <summary>Bit c: coordinate c is known in this second.</summary>
    public uint Available { get; private set; }

    /// <summary>The one limb lead of this second where the stream has several and one is left; null otherwise. Its samples are row <see cref="Count"/>.</summary>
    public Lead? LoneLimb { get; private set; }

    /// <summary>Row of the buffer: a coordinate, or <see cref="Count"/> for <see cref="LoneLimb"/>.</summary>
    public ReadOnlySpan<double> Row(int row) => values.AsSpan(row * Stride, Stride);

    /// <summary>A lead of the stream over the coordinates; false for a lead that is none of the twelve.</summary>
    public bool TryExpress(int index, out Combination combination)
    {
        Lead lead = leads[index];
        if (!LeadWeights.IsStandard(lead))
        {
            combination = default;
            return false;
        }

        combination = plane && LeadWeights.IsLimb(lead) ? OfPlane(lead) : new Combination(place[index], 1, place[index], 0);
        return true;
    }

    /// <summary>A limb lead over I and II, the first two coordinates of a stream with several limb leads.</summary>
    public static Combination OfPlane(Lead limb)
    {
        (double ofI, double ofII) = LeadWeights.Limb(limb);
        return new Combination(0, ofI, 1, ofII);
    }

    /// <summary>Takes the second's samples in. A lead that was not there a second ago begins with its first sample, held.</summary>
    public void Take(PatchSecond second)
    {
        bool follows = (second.Epoch, second.Second) == next;
        next = (second.Epoch, second.Second + 1);
        for (int lead = 0; lead < leads.Count; lead++)
        {
            if ((second.Present >> lead & 1) != 0)
            {
                TakeLead(second.Lead(lead), raw.AsSpan(lead * Stride, Stride), follows && (before >> lead & 1) != 0);
            }
        }

        before = second.Present;
        Available = 0;
        TakeChest(second.Present);
        TakeLimbs(second.Present);
    }

    private static void TakeLead(ReadOnlySpan<float> samples, Span<double> row, bool follows)
    {
        if (follows)
        {
            row[^Margin..].CopyTo(row);
        }
        else
        {
            row[..Margin].Fill(samples[0]);
        }

        for (int i = 0; i < samples.Length; i++)
        {
            row[Margin + i] = samples[i];
        }
    }

    private void TakeChest(uint present)
    {
        for (int lead = 0; lead < leads.Count; lead++)
        {
            int at = place[lead];
            bool direct = LeadWeights.IsStandard(leads[lead]) && !(plane && LeadWeights.IsLimb(leads[lead]));
            if (direct && (present >> lead & 1) != 0 && (Available >> at & 1) == 0)
            {
                raw.AsSpan(lead * Stride, Stride).CopyTo(values.AsSpan(at * Stride, Stride));
                Available |= 1u << at;
            }
        }
    }

    private void TakeLimbs(uint present)
    {
        LoneLimb = null;
        int first = -1;
        for (int lead = 0; plane && lead < leads.Count; lead++)
        {
            if ((present >> lead & 1) == 0 || !LeadWeights.IsLimb(leads[lead]) || (first >= 0 && leads[lead] == leads[first]))
            {
                continue;
            }

            if (first >= 0)
            {
                FillPlane(first, lead);
                LoneLimb = null;
                return;
            }

            first = lead;
            LoneLimb = leads[lead];
            raw.AsSpan(lead * Stride, Stride).CopyTo(values.AsSpan(Count * Stride, Stride));
        }
    }

    private void FillPlane(int first, int second)
    {
        for (int coordinate = 0; coordinate < 2; coordinate++)
        {
            (double a, double b) = LeadWeights.FromTwo((Lead)coordinate, leads[first], leads[second]);
            ReadOnlySpan<double> x = raw.AsSpan(first * Stride, Stride);
            ReadOnlySpan<double> y = raw.AsSpan(second * Stride, Stride);
            Span<double> into = values.AsSpan(coordinate * Stride, Stride);
            for (int i = 0; i < Stride; i++)
            {
                into[i] = a * x[i] + b * y[i];
            }
        }

        Available |= 0b11;
    }

    private static IEnumerable<(double OfI, double OfII, int Chest)> Coordinates(LeadSet leads, bool plane) =>
        leads.Leads.Where(lead => LeadWeights.IsStandard(lead) && !(plane && LeadWeights.IsLimb(lead))).Distinct().Order()
            .Select(lead => LeadWeights.IsLimb(lead) ? (LeadWeights.Limb(lead).OfI, LeadWeights.Limb(lead).OfII, 0) : (0, 0, lead - Lead.V1 + 2));

    private int PlaceOf(Lead lead) => (plane ? 2 : 0) + leads.Leads
        .Where(other => LeadWeights.IsStandard(other) && !(plane && LeadWeights.IsLimb(other)) && other < lead).Distinct().Count();
}

/// <summary>A lead as a sum of at most two coordinates.</summary>
internal readonly record struct Combination(int First, double OfFirst, int Second, double OfSecond)
{
    /// <summary>Bits of the coordinates that take part.</summary>
    public uint Coordinates => (OfFirst != 0 ? 1u << First : 0) | (OfSecond != 0 ? 1u << Second : 0);
}
