namespace AnyEcg.Mqtt;

/// <summary>Topic names and filters (MQTT 5.0, section 4.7).</summary>
public static class MqttTopic
{
    /// <summary>A name to publish on: not empty, no wildcards, no U+0000, at most 65,535 bytes of UTF-8.</summary>
    public static bool IsValidName(ReadOnlySpan<char> name) =>
        !name.IsEmpty && !name.ContainsAny('+', '#') && MessageRules.IsEncodable(name);

    /// <summary>A filter to subscribe to: <c>+</c> fills a whole level, <c>#</c> the whole last one.</summary>
    public static bool IsValidFilter(ReadOnlySpan<char> filter)
    {
        if (filter.IsEmpty || !MessageRules.IsEncodable(filter))
            return false;
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
    internal static ReadOnlySpan<char> TakeLevel(ref ReadOnlySpan<char> topic, out bool ends)
    {
        int slash = topic.IndexOf('/');
        ends = slash < 0;
        ReadOnlySpan<char> level = ends ? topic : topic[..slash];
        topic = ends ? [] : topic[(slash + 1)..];
        return level;
    }
}
