using System.Collections;
using AnyEcg.Alerts;

namespace AnyEcg.Worker;

/// <summary>
/// Settings that nothing reads: .NET ignores them in silence, and a limit that is misspelt is a limit that is not set. Sections
/// are those of the worker; what else the environment holds is none of its business, unless it is nearly one of them.
/// </summary>
internal static class UnknownSettings
{
    /// <summary>Letters that a section's name may be off by and still be meant.</summary>
    private const int Slip = 2;

    private static readonly Dictionary<string, Type> Sections = new(StringComparer.OrdinalIgnoreCase)
    {
        [BrokerOptions.Section] = typeof(BrokerOptions),
        [IngestOptions.Section] = typeof(IngestOptions),
        [EngineHostOptions.Section] = typeof(EngineHostOptions),
        ["Alerts"] = typeof(AlertOptions),
        [WorkerOptions.Section] = typeof(WorkerOptions),
        [CanaryOptions.Section] = typeof(CanaryOptions),
        [StoreSettings.Section] = typeof(StoreSettings),
        [HttpOptions.Section] = typeof(HttpOptions),
    };

    /// <summary>A fault for each name that is not a setting, with the one that it is most like.</summary>
    public static IEnumerable<string> Faults(IConfiguration configuration)
    {
        foreach (IConfigurationSection section in configuration.GetChildren().Where(s => s.GetChildren().Any()))
        {
            if (Sections.TryGetValue(section.Key, out Type? options))
            {
                foreach (string fault in Below(section, options))
                {
                    yield return fault;
                }
            }
            else if (Nearest(section.Key, Sections.Keys) is var near && EditDistance.Of(section.Key, near) <= Slip)
            {
                yield return $"{section.Key} is no section; did you mean {near}?";
            }
        }
    }

    private static IEnumerable<string> Below(IConfigurationSection section, Type type)
    {
        Dictionary<string, Type> known = type.GetProperties().ToDictionary(p => p.Name, p => p.PropertyType, StringComparer.OrdinalIgnoreCase);
        foreach (IConfigurationSection child in section.GetChildren())
        {
            if (!known.TryGetValue(child.Key, out Type? property))
            {
                yield return $"{child.Path} is no setting; did you mean {section.Path}:{Nearest(child.Key, known.Keys)}?";
                continue;
            }

            foreach (string fault in Inside(child, property))
            {
                yield return fault;
            }
        }
    }

    /// <summary>The keys of a dictionary are the user's own, those of a list its numbers; the values are settings again.</summary>
    private static IEnumerable<string> Inside(IConfigurationSection section, Type type)
    {
        if (typeof(IDictionary).IsAssignableFrom(type) && type.GetGenericArguments() is [_, { } value])
        {
            return section.GetChildren().SelectMany(entry => Below(entry, value));
        }

        if (type.GetElementType() is { } element)
        {
            return section.GetChildren().SelectMany(entry => Inside(entry, element));
        }

        return type.Namespace?.StartsWith("AnyEcg", StringComparison.Ordinal) == true && type.IsClass ? Below(section, type) : [];
    }

    private static string Nearest(string name, IEnumerable<string> known) => known.MinBy(k => EditDistance.Of(k, name))!;
}
