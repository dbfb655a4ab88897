namespace AnyEcg.Mqtt;

/// <summary>Someone who may use the embedded broker. The password is held as it is: for demo, development and tests.</summary>
/// <param name="Name">User name of the CONNECT.</param>
/// <param name="Password">Its password, exactly.</param>
public sealed record BrokerUser(string Name, string Password)
{
    /// <summary>Topic filters of what the user may publish, Wills included.</summary>
    public IReadOnlyList<string> MayPublish { get; init; } = ["#"];

    /// <summary>Topic filters within which the user may subscribe: a filter wider than all of them is refused.</summary>
    public IReadOnlyList<string> MaySubscribe { get; init; } = ["#"];
}
