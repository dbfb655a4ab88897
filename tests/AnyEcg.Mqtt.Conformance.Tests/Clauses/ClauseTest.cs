using System.Reflection;

namespace AnyEcg.Mqtt.Conformance.Tests;

/// <summary>One test method and the clause it is named after.</summary>
internal sealed record ClauseTest(string List, string Side, string Id, MethodInfo Method)
{
    /// <summary>Every pair of test and clause in this assembly.</summary>
    public static IReadOnlyList<ClauseTest> All { get; } =
    [
        .. from type in typeof(ClauseTest).Assembly.GetTypes()
           let side = type.IsDefined(typeof(OfServerAttribute)) ? "server" : "client"
           from method in type.GetMethods().OrderBy(m => m.Name, StringComparer.Ordinal)
           from clause in method.GetCustomAttributes<ClauseAttribute>()
           from id in clause.Ids
           select new ClauseTest(clause.List, side, id, method),
    ];

    /// <summary>The brokers it runs on, in a fixed order.</summary>
    public IEnumerable<BrokerKind> Brokers => Side == "server"
        ? [BrokerKind.Embedded]
        : Method.GetCustomAttributes<OnAttribute>().Select(on => on.Broker).Order();
}
