namespace AnyEcg.Mqtt.Conformance.Tests;

/// <summary>The clause of MQTT 5.0 that a test checks, in its number alone: <c>3.1.0-1</c> for [MQTT-3.1.0-1].</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public class ClauseAttribute(string id) : Attribute
{
    public string Id { get; } = id;

    /// <summary>The list that the number is from.</summary>
    public virtual string List => "mqtt5";
}

/// <summary>The same for MQTT 3.1.1.</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class Clause311Attribute(string id) : ClauseAttribute(id)
{
    public override string List => "mqtt311";
}

/// <summary>Marks a class whose tests check the embedded broker, not the client.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class OfServerAttribute : Attribute;
