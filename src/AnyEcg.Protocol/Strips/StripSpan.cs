namespace AnyEcg.Protocol;

/// <summary>Device samples of an epoch from <paramref name="From"/> to before <paramref name="To"/>.</summary>
/// <param name="From">The first.</param>
/// <param name="To">The first that is no longer in it.</param>
public readonly record struct StripSpan(long From, long To);
