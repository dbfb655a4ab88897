using System.Collections.Immutable;

namespace AnyEcg.Signal;

/// <summary>The leads of one stream in wire order. Immutable; one to <see cref="MaxLeads"/> leads, names may repeat.</summary>
public sealed class LeadSet
{
    /// <summary>The most leads one stream may carry: lead masks are 32-bit, and more than this is no ECG.</summary>
    public const int MaxLeads = 16;

    public LeadSet(params ReadOnlySpan<Lead> leads)
    {
        if (leads.Length is 0 or > MaxLeads)
        {
            throw new ArgumentException($"A stream has 1 to {MaxLeads} leads, not {leads.Length}.", nameof(leads));
        }

        Leads = [.. leads];
    }

    public ImmutableArray<Lead> Leads { get; }

    public int Count => Leads.Length;

    public Lead this[int index] => Leads[index];
}
