namespace AnyEcg.Protocol;

/// <summary>Why a topic is not an input topic. Each is a counter's label; see <see cref="Rejections"/> for the names.</summary>
public enum TopicRejection : byte
{
    None,

    /// <summary>Neither <c>ecg/v1</c> nor <c>anyecg/v1</c>.</summary>
    UnknownPrefix,

    /// <summary>Not exactly five levels.</summary>
    LevelCount,

    /// <summary>The last level is no known kind for this prefix.</summary>
    UnknownKind,

    EmptyLevel,

    /// <summary>A group or stream longer than <see cref="TopicLevel.MaxLength"/>.</summary>
    LevelTooLong,

    /// <summary>A wildcard, a slash, a control character or half of a surrogate pair in a group or stream.</summary>
    BadCharacter,

    /// <summary>A group that begins with an underscore: those names are the workers' own.</summary>
    ReservedGroup,
}
