namespace AnyEcg.Protocol;

/// <summary>The rule for names of groups and streams: one topic level, safe in a filter, a log line and a file name's reach.</summary>
public static class TopicLevel
{
    /// <summary>Most UTF-16 characters of a group or stream: long enough for a UUID with a prefix, short enough for an index key.</summary>
    public const int MaxLength = 64;

    /// <summary>Checks the name of a group.</summary>
    public static TopicRejection CheckGroup(ReadOnlySpan<char> group)
        => group is ['_', ..] ? TopicRejection.ReservedGroup : Check(group);

    /// <summary>Checks one level that names a stream or a worker.</summary>
    public static TopicRejection Check(ReadOnlySpan<char> level)
    {
        if (level.IsEmpty)
            return TopicRejection.EmptyLevel;
        if (level.Length > MaxLength)
            return TopicRejection.LevelTooLong;

        for (int i = 0; i < level.Length; i++)
        {
            char c = level[i];
            if (c is '+' or '#' or '/' || char.IsControl(c))
                return TopicRejection.BadCharacter;
            if (!char.IsSurrogate(c))
                continue;
            if (i + 1 >= level.Length || !char.IsSurrogatePair(c, level[i + 1]))
                return TopicRejection.BadCharacter;
            i++;
        }

        return TopicRejection.None;
    }
}
