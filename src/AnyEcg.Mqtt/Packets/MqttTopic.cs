namespace AnyEcg.Mqtt;

/// <summary>Topic names and filters (MQTT 5.0, section 4.7).</summary>
internal static class MqttTopic
{
    /// <summary>A name to publish on: not empty, no wildcards, no U+0000, at most 65,535 bytes of UTF-8.</summary>
    public static bool IsValidName(ReadOnlySpan<char> name) =>
        !name.IsEmpty && !name.ContainsAny('+', '#') && MessageRules.IsEncodable(name);

    /// <summary>A filter to subscribe to: <c>+</c> fills a whole level, <c>#</c> the whole last one.</summary>
    public static bool IsValidFilter(ReadOnlySpan<char> filter)
    {
        if (filter.IsEmpty || !MessageRules.IsEncodable(filter))
            return false;
        if (IsShared(filter))
            return TrySplitShared(filter, out _, out ReadOnlySpan<char> inner) && HasValidLevels(inner);
        return HasValidLevels(filter);
    }

    /// <summary>Whether the filter is meant as a shared subscription, well formed or not (MQTT 5.0, section 4.8.2).</summary>
    public static bool IsShared(ReadOnlySpan<char> filter) => filter.StartsWith("$share/", StringComparison.Ordinal);

    /// <summary>Takes <c>$share/group/filter</c> apart; false: not of that form. The inner filter's levels are not checked.</summary>
    public static bool TrySplitShared(ReadOnlySpan<char> filter, out ReadOnlySpan<char> group, out ReadOnlySpan<char> inner)
    {
        group = inner = default;
        if (!IsShared(filter))
            return false;
        inner = filter["$share/".Length..];
        group = TakeLevel(ref inner, out bool ends);
        return !ends && !inner.IsEmpty && !group.IsEmpty && !group.ContainsAny('+', '#');
    }

    /// <summary>Whether a valid name matches a valid filter. A first-level wildcard does not match names that begin with <c>$</c>.</summary>
    public static bool Matches(ReadOnlySpan<char> filter, ReadOnlySpan<char> name)
    {
        if (name[0] == '$' && filter[0] is '+' or '#')
            return false;
        while (true)
        {
            ReadOnlySpan<char> wanted = TakeLevel(ref filter, out bool filterEnds);
            if (wanted is "#")
                return true;
            ReadOnlySpan<char> level = TakeLevel(ref name, out bool nameEnds);
            if (wanted is not "+" && !wanted.SequenceEqual(level))
                return false;
            if (filterEnds || nameEnds)
                return (filterEnds && nameEnds) || (nameEnds && filter is "#");
        }
    }

    /// <summary>Cuts the first level off; <paramref name="ends"/> tells that it was the last.</summary>
    public static ReadOnlySpan<char> TakeLevel(scoped ref ReadOnlySpan<char> topic, out bool ends)
    {
        int slash = topic.IndexOf('/');
        ends = slash < 0;
        ReadOnlySpan<char> level = ends ? topic : topic[..slash];
        topic = ends ? [] : topic[(slash + 1)..];
        return level;
    }

    private static bool HasValidLevels(ReadOnlySpan<char> filter)
    {
        foreach (Range range in filter.Split('/'))
        {
            ReadOnlySpan<char> level = filter[range];
            bool last = range.End.GetOffset(filter.Length) == filter.Length;
            if (level.Contains('#') && (level.Length > 1 || !last))
                return false;
            if (level.Contains('+') && level.Length > 1)
                return false;
        }

        return true;
    }
}
