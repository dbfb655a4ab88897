namespace AnyEcg.Simulator;

/// <summary>What becomes of a message on its way.</summary>
public enum FrameFate
{
    Sent,

    /// <summary>Not to be sent: it is in the sequence so that it can be counted.</summary>
    Lost,

    /// <summary>Sent once more.</summary>
    Duplicate,
}
