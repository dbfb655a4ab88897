using AnyEcg.Signal;

namespace AnyEcg.Engine.Tests;

/// <summary>The made-up heart of training/reconstruction.py: twelve sines in I, II, V1 ... V6, the limb leads from I and II, by formula.</summary>
internal static class MadeUpHeart
{
    public static readonly LeadSet Twelve = new([.. Enumerable.Range(0, 12).Select(lead => (Lead)lead)]);

    private static readonly double[][] Values = [.. Enumerable.Range(0, 8).Select(b => Enumerable.Range(0, 1500).Select(t => OfBasis(b, t)).ToArray())];

    public static LeadPopulation Population()
    {
        int order = LeadPopulation.Order;
        float[] moments = new float[order * order];
        for (int i = 0; i < moments.Length; i++)
        {
            (int row, int column) = Math.DivRem(i, order);
            double apart = Math.Abs(LeadPopulation.Shifts[row / 8] - LeadPopulation.Shifts[column / 8]);
            moments[i] = (float)(Math.Exp(-apart / 8) * Math.Pow(0.9, Math.Abs(row % 8 - column % 8)));
        }

        return new LeadPopulation(moments);
    }

    /// <summary>A second of the heart in the leads asked for, all present.</summary>
    public static PatchSecond Second(LeadSet leads, long second, double gain = 1)
    {
        PatchSecond patches = new(leads.Count) { Epoch = 1, Second = second, Present = (uint)((1L << leads.Count) - 1) };
        for (int lead = 0; lead < leads.Count; lead++)
        {
            for (int i = 0; i < PatchSecond.PatchSamples; i++)
            {
                patches.Lead(lead)[i] = (float)(gain * Value(leads[lead], (int)(second * PatchSecond.PatchSamples) + i));
            }
        }

        return patches;
    }

    private static double Value(Lead lead, int t)
    {
        if (lead > Lead.V6)
        {
            return Math.Sin(t / 10.0);
        }

        if (lead <= Lead.AVF)
        {
            (double ofI, double ofII) = LeadWeights.Limb(lead);
            return ofI * Values[0][t] + ofII * Values[1][t];
        }

        return Values[lead - Lead.V1 + 2][t];
    }

    private static double OfBasis(int b, int t)
    {
        double sum = 0;
        for (int m = 1; m <= 12; m++)
        {
            sum += ((7 * b + 3 * m) % 11 - 5) / 20.0 * Math.Sin(2 * Math.PI * (3.1 * m - 1.7) * t / 300 + 0.9 * b * m);
        }

        return (float)sum;
    }
}
