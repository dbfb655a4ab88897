using System.Collections;
using System.Reflection;

namespace AnyEcg.Alerts.Tests;

/// <summary>
/// Walks two objects field by field, private ones too, so that a field that <c>Exchange</c> forgets is found the day it is added.
/// </summary>
internal sealed class StateComparison
{
    /// <summary>Fields that are not saved, with the reason.</summary>
    private static readonly Dictionary<string, string> Exceptions = new()
    {
        ["AlertPolicy.<Counters>k__BackingField"] = "shared by all streams, not part of one",
        ["AlertRegister.counters"] = "shared by all streams, not part of one",
        ["AlertActions.counters"] = "shared by all streams, not part of one",
        ["TechnicalAlerts.counters"] = "shared by all streams, not part of one",
        ["KindState.counters"] = "shared by all streams, not part of one",
        ["StreamReading.<Now>k__BackingField"] = "of use only while its second is judged",
        ["LongTermTracker.sum"] = "made anew at each use",
        ["BeatTrain.head"] = "where in the ring the beats lie is of no consequence",
        ["BeatTrain.beats"] = "compared beat by beat through the indexer",
    };

    private readonly HashSet<object> seen = new(ReferenceEqualityComparer.Instance);

    /// <summary>Every difference, as path and values; empty when there is none.</summary>
    public List<string> Differences { get; } = [];

    /// <summary>How many values were compared.</summary>
    public int Compared { get; private set; }

    public HashSet<string> Unused { get; } = [.. Exceptions.Keys];

    public StateComparison Compare(string path, object? a, object? b)
    {
        if (a is null || b is null || a.GetType() != b.GetType())
        {
            Note(path, a, b, a is null && b is null);
        }
        else if (a.GetType().IsPrimitive || a.GetType().IsEnum || a is string or Guid)
        {
            Note(path, a, b, a.Equals(b));
        }
        else if (a is not Delegate && (a.GetType().IsValueType || seen.Add(a)))
        {
            Inside(path, a, b);
        }

        return this;
    }

    private void Inside(string path, object a, object b)
    {
        if (a is BeatTrain train)
            Items(path, Beats(train), Beats((BeatTrain)b));
        else if (a is IEnumerable items)
            Items(path, items, (IEnumerable)b);
        if (a is IEnumerable)
            return;
        for (Type? type = a.GetType(); type is not null && type != typeof(object); type = type.BaseType)
        {
            foreach (FieldInfo field in type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
                Field(path, field, a, b);
        }
    }

    private void Field(string path, FieldInfo field, object a, object b)
    {
        string name = $"{field.DeclaringType!.Name}.{FieldName(field)}";
        if (Exceptions.ContainsKey(name))
            Unused.Remove(name);
        else
            Compare($"{path}.{FieldName(field)}", field.GetValue(a), field.GetValue(b));
    }

    /// <summary>A primary constructor's parameter is captured as &lt;name&gt;P.</summary>
    private static string FieldName(FieldInfo field) => field.Name.EndsWith(">P", StringComparison.Ordinal) ? field.Name[1..^2] : field.Name;

    private void Items(string path, IEnumerable a, IEnumerable b)
    {
        object?[] left = [.. a.Cast<object?>()];
        object?[] right = [.. b.Cast<object?>()];
        Note($"{path}.Length", left.Length, right.Length, left.Length == right.Length);
        for (int i = 0; i < Math.Min(left.Length, right.Length); i++)
            Compare($"{path}[{i}]", left[i], right[i]);
    }

    private static IEnumerable<TrainBeat> Beats(BeatTrain train) => Enumerable.Range(0, train.Count).Select(back => train[back]);

    private void Note(string path, object? a, object? b, bool same)
    {
        Compared++;
        if (!same)
            Differences.Add($"{path}: {a} and {b}");
    }
}
