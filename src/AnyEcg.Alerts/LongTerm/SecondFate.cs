namespace AnyEcg.Alerts;

/// <summary>What became of one second of a stream: exactly one of these, so that their counts add up to the span.</summary>
public enum SecondFate : byte
{
    /// <summary>The network judged it and it can be read; noise that leaves it readable is counted beside it as doubtful.</summary>
    Analysed,

    /// <summary>The network judged it and calls it unreadable.</summary>
    Unreadable,

    /// <summary>A lead was there, but the engine skipped the second.</summary>
    Unscored,

    /// <summary>No lead was there: data lost or never sent, or all electrodes off.</summary>
    Lost,
}
