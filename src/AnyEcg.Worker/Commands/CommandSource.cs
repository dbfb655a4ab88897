namespace AnyEcg.Worker;

/// <summary>What stands behind an operator's name, as the audit trail says it.</summary>
internal static class CommandSource
{
    /// <summary>The requester's word; the broker's access list says who may write requests.</summary>
    public const string Mqtt = "mqtt";

    /// <summary>A token over HTTP.</summary>
    public const string Token = "token";

    /// <summary>The requester's word, over HTTP from this machine, where no token is set.</summary>
    public const string Loopback = "loopback";
}
