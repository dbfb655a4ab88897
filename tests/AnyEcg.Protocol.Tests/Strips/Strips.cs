using AnyEcg.Alerts;
using AnyEcg.Signal;

namespace AnyEcg.Protocol.Tests;

/// <summary>Strips and frames to test with.</summary>
internal static class Strips
{
    public static readonly StreamKey Key = new("ward 7", "p1");

    public static StreamFormat Format(double rateHz = 250, double microvolts = 5, double baseline = 1024, params Lead[] leads) => new()
    {
        SampleRateHz = rateHz,
        Leads = new LeadSet(leads.Length > 0 ? leads : [Lead.II, Lead.V1]),
        MicrovoltsPerLsb = [.. Enumerable.Repeat(microvolts, leads.Length > 0 ? leads.Length : 2)],
        Baseline = [.. Enumerable.Repeat(baseline, leads.Length > 0 ? leads.Length : 2)],
    };

    /// <summary>Sample n of lead l of an epoch has a value of its own.</summary>
    public static float Step(long sample, int lead, uint epoch = 4) => (sample % 1999) + (lead * 2000) + (epoch * 7);

    public static EcgFrame Frame(long first, int count, int leads = 2, uint epoch = 4, uint off = 0)
    {
        EcgFrame frame = new() { Epoch = epoch, FirstSample = first, LeadOff = off };
        frame.Resize(leads, count);
        for (int lead = 0; lead < leads; lead++)
        {
            for (int i = 0; i < count; i++)
                frame.LeadSamples(lead)[i] = Step(first + i, lead, epoch);
        }

        return frame;
    }

    /// <summary>A strip of one lead with these microvolts, from sample 2500 of epoch 4.</summary>
    public static EcgStrip Of(float[] microvolts, double rateHz = 250, string name = "II") => new()
    {
        Key = Key,
        Range = new StripRange(4, 2500, microvolts.Length),
        SampleRateHz = rateHz,
        StartNs = Alerts.EpochNs + 10_000_000_000,
        Leads = [new EcgStripLead(name, LeadCodes.Of(LeadNames.Parse(name)), microvolts, [])],
    };

    /// <summary>Triangles of 1 mV, one a second, their tops at whole seconds.</summary>
    public static float[] Triangles(double seconds, double rateHz = 250) =>
        [.. Enumerable.Range(0, (int)(seconds * rateHz)).Select(i => (float)Math.Max(0, 1000 - (10_000 * Math.Abs((i / rateHz) - Math.Round(i / rateHz)))))];

    /// <summary>24 s of two leads with a gap, a lead off, an alert, and a lead that leaves the paper.</summary>
    public static EcgStrip Rich()
    {
        float[] first = Triangles(24), second = [.. Triangles(24).Select(v => v * 6)];
        first.AsSpan(2000, 500).Fill(float.NaN);
        second.AsSpan(2000, 500).Fill(float.NaN);
        return Of(first) with
        {
            Leads =
            [
                new EcgStripLead("II", LeadCodes.Of(Lead.II), first, []),
                new EcgStripLead("V1", LeadCodes.Of(Lead.V1), second, [new StripSpan(6000, 7500)]),
            ],
            Alerts = [new StripAlert(Alerts.Asystole.AlertId, AlertKind.Asystole, 5000, 6000, 6050)],
        };
    }
}
