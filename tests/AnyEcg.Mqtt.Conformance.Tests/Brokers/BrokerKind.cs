using System.Reflection;
using Xunit.Sdk;

namespace AnyEcg.Mqtt.Conformance.Tests;

/// <summary>The other side of a client test.</summary>
public enum BrokerKind
{
    /// <summary>Played by the test.</summary>
    Scripted,

    /// <summary>The product's own broker, in this process.</summary>
    Embedded,
    Mosquitto,

    /// <summary>The npm broker; speaks 3.1.1 only.</summary>
    Aedes,

    /// <summary>RabbitMQ with its MQTT plug-in; Debian's version speaks 3.1.1 only.</summary>
    RabbitMq,
}

/// <summary>Runs a theory against one broker; skipped with a reason where that is not installed.</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class OnAttribute : DataAttribute
{
    public OnAttribute(BrokerKind broker)
    {
        Broker = broker;
        Skip = broker switch
        {
            BrokerKind.Mosquitto when !MosquittoServer.IsInstalled => "mosquitto is not installed",
            BrokerKind.Aedes when !AedesServer.IsInstalled => "node, or the npm package aedes (npm ci --prefix tests/npm), is not installed",
            BrokerKind.RabbitMq when !RabbitServer.IsInstalled => "rabbitmq-server is not installed",
            _ => null,
        };
    }

    public BrokerKind Broker { get; }

    public override IEnumerable<object[]> GetData(MethodInfo testMethod) => [[Broker]];
}
