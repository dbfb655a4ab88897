namespace AnyEcg.Protocol;

/// <summary>What a message to the worker is, by its topic's last level.</summary>
public enum InputKind : byte
{
    /// <summary>Retained stream descriptor.</summary>
    Meta,

    /// <summary>ECG frame.</summary>
    Frame,

    /// <summary>Retained device status, also the device's Will.</summary>
    Status,

    /// <summary>The patient's button.</summary>
    Mark,

    /// <summary>A request of a backend: acknowledge, pause, strip.</summary>
    Command,
}
