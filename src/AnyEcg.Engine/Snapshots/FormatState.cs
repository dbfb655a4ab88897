using System.Collections.Immutable;
using AnyEcg.Signal;

namespace AnyEcg.Engine;

/// <summary>Carries a stream's format and the names of its leads out to bytes and back.</summary>
internal static class FormatState
{
    public static void Exchange(StateExchange state, StreamSession session)
    {
        StreamFormat format = session.Format;
        double rate = state.Value(format.SampleRateHz);
        MainsFrequency mains = state.Value(format.Mains);
        DeviceClockKind clock = state.Value(format.Clock);
        Lead[] leads = Array(state, format.Leads.Leads);
        double[] scale = Array(state, format.MicrovoltsPerLsb);
        double[] baseline = Array(state, format.Baseline);
        (double Min, double Max)[] range = Array(state, format.AdcRange ?? []);
        string[] names = Names(state, session.LeadNames);
        if (!state.IsRestoring)
            return;
        if (leads.Length == 0)
            throw new InvalidDataException("A saved state is damaged: no leads.");
        session.LeadNames = [.. names];
        session.Format = new StreamFormat
        {
            SampleRateHz = rate,
            Mains = mains,
            Clock = clock,
            Leads = new LeadSet(leads),
            MicrovoltsPerLsb = [.. scale],
            Baseline = [.. baseline],
            AdcRange = range.Length == 0 ? null : [.. range],
        };
    }

    private static T[] Array<T>(StateExchange state, ImmutableArray<T> values)
        where T : unmanaged
    {
        T[] carried = new T[state.Count(values.Length, LeadSet.MaxLeads)];
        if (!state.IsRestoring)
            values.CopyTo(carried);
        state.Values(carried.AsSpan());
        return carried;
    }

    private static string[] Names(StateExchange state, ImmutableArray<string> names)
    {
        string[] carried = new string[state.Count(names.Length, LeadSet.MaxLeads)];
        for (int i = 0; i < carried.Length; i++)
        {
            string? name = state.IsRestoring ? null : names[i];
            state.Text(ref name);
            carried[i] = name ?? string.Empty;
        }

        return carried;
    }
}
