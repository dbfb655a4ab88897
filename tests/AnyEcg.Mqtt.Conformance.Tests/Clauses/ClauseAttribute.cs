namespace AnyEcg.Mqtt.Conformance.Tests;

/// <summary>The clauses of MQTT 5.0 that a test checks, in their numbers alone: <c>3.1.0-1</c> for [MQTT-3.1.0-1].</summary>
[AttributeUsage(AttributeTargets.Method)]
public class ClauseAttribute(params string[] ids) : Attribute
{
    public IReadOnlyList<string> Ids { get; } = ids;

    /// <summary>The list that the numbers are from.</summary>
    public virtual string List => "mqtt5";
}

/// <summary>The same for MQTT 3.1.1.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class Clause311Attribute(params string[] ids) : ClauseAttribute(ids)
{
    public override string List => "mqtt311";
}

/// <summary>Marks a class whose tests check the embedded broker, not the client.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class OfServerAttribute : Attribute;
