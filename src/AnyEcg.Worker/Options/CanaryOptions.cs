namespace AnyEcg.Worker;

/// <summary>Section <c>Canary</c>: a synthetic stream through the real broker, whose asystole must come back as an alert.</summary>
public sealed class CanaryOptions
{
    public const string Section = "Canary";

    public bool Enabled { get; set; }

    /// <summary>
    /// The group of the canary's stream, one of its own: a topic level. Empty: <c>canary-{Worker:Id}</c>, so that no two workers share
    /// it and each hears only itself.
    /// </summary>
    public string Group { get; set; } = "";

    /// <summary>Seconds from one asystole to the next, 60 to a day.</summary>
    public int PeriodSeconds { get; set; } = 300;

    /// <summary>
    /// How long it lasts, seconds, 7 to 30: four complete the rule, six where only one detector sees it.
    /// </summary>
    public int AsystoleSeconds { get; set; } = 8;

    /// <summary>How long after the last beat its alert may come back, seconds, 10-300. Six are usual.</summary>
    public int LimitSeconds { get; set; } = 30;

    /// <summary>Everything that is wrong with these settings.</summary>
    internal IEnumerable<string> Faults()
    {
        if (Protocol.TopicLevel.CheckGroup(Group) != Protocol.TopicRejection.None)
        {
            yield return $"Canary:Group: '{Group}' is no group";
        }

        if (PeriodSeconds is < 60 or > 86_400 || AsystoleSeconds is < 7 or > 30 || LimitSeconds is < 10 or > 300)
        {
            yield return "Canary: PeriodSeconds must be 60 to 86400, AsystoleSeconds 7 to 30, LimitSeconds 10 to 300";
        }

        if (PeriodSeconds < AsystoleSeconds + LimitSeconds + CanarySong.CalmSeconds)
        {
            yield return $"Canary:PeriodSeconds must be at least AsystoleSeconds + LimitSeconds + {CanarySong.CalmSeconds}: one asystole must be over before the next";
        }
    }
}
