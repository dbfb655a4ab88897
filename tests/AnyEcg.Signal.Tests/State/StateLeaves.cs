using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace AnyEcg.Signal.Tests;

/// <summary>A value at the end of a path through the fields of an object.</summary>
/// <param name="Field">The field it stands in, or the array's or list's, as Type.field.</param>
/// <param name="Value">The value; floating-point numbers as their bits.</param>
/// <param name="Varies">Not set by a constructor for good.</param>
internal readonly record struct StateLeaf(string Field, object? Value, bool Varies);

/// <summary>
/// All that an object remembers, private fields included, however deep: a field that an <see cref="IStateful.Exchange"/> forgets
/// is found whatever its name. What may differ is named here, with the reason.
/// </summary>
internal static class StateLeaves
{
    private const string Scratch = "written before it is read, within one call";

    /// <summary>Not looked at.</summary>
    public static readonly Dictionary<string, string> Left = new()
    {
        ["StreamSignal.output"] = "the sink of the last call; each call sets its own",
        ["StreamSignal.design"] = "a table made from the rate, shared",
        ["Resampler.design"] = "a table made from the rate, shared",
        ["LeadPath.input"] = Scratch,
        ["LeadPath.inputMarks"] = Scratch,
        ["LeadPath.output"] = Scratch,
        ["LeadPath.outputMarks"] = Scratch,
        ["QrsDetector.learning"] = Scratch,
        ["QrsLevels.sorted"] = Scratch,
        ["ReceiveEnvelope.hull"] = Scratch,
        ["ContextExtractor.one"] = Scratch,
        ["ContextExtractor.sums"] = Scratch,
        ["ContextExtractor.weights"] = Scratch,
        ["AtrialAverage.centred"] = Scratch,
        ["RrHistory.recent"] = "a copy of the intervals in another order",
        ["RrHistory.recalled"] = "what that copy was made of",
    };

    /// <summary>Of these arrays only some elements are ever read again.</summary>
    private static readonly Dictionary<string, Func<object, object?, int, bool>> Live = new()
    {
        ["SampleHistory.prints"] = (o, _, i) => o is SampleHistory h && Round(i - h.Start, Length(o, "prints")) < h.End - h.Start,
        ["HeldSamples.samples"] = (o, _, i) => ((ushort[])Get(o, "owners")!)[i % Length(o, "owners")] != 0,
        ["HeldSamples.owners"] = (_, owner, _) => (ushort)owner! != 0,
        ["HeldSamples.frames"] = (_, frame, _) => (int)Get(frame!, "<Left>k__BackingField")! > 0,
        ["Resampler.line"] = (o, _, i) => i < (int)Get(o, "filled")!,
        ["Resampler.lineMarks"] = (o, _, i) => i < (int)Get(o, "filled")!,
        ["Patcher.samples"] = (o, _, i) => i % PatchSecond.PatchSamples < ((Patcher)o).Next % PatchSecond.PatchSamples,
        ["Patcher.features"] = (o, _, i) => i % PatchSecond.PatchSamples < ((Patcher)o).Next % PatchSecond.PatchSamples,
        ["Patcher.marks"] = (o, _, i) => i % PatchSecond.PatchSamples < ((Patcher)o).Next % PatchSecond.PatchSamples,
        ["QrsDetector.missed"] = (o, _, i) => i < (int)Get(o, "missedCount")!,
        ["LeadContext.fast"] = (_, _, i) => i >= PatchSecond.ModelRateHz,
        ["LeadContext.slow"] = (_, _, i) => i >= LeadContext.SlowHz,
        ["ContextBeats.beats"] = (o, beat, i) => o is ContextBeats { Count: > 0 } b
            && Round((int)Get(o, "head")! - 1 - i, Length(o, "beats")) < b.Since(b[0].Sample - (61 * PatchSecond.ModelRateHz)),
        ["ReceiveEnvelope.xs"] = (o, _, i) => i < (int)Get(o, "count")!,
        ["ReceiveEnvelope.ys"] = (o, _, i) => i < (int)Get(o, "count")!,
        ["RrHistory.intervals"] = (o, _, i) => i < ((RrHistory)o).Count,
        ["BeatTracker.classical"] = (o, _, i) => i < (int)Get(o, "classicalCount")!,
    };

    /// <summary>Every value of an object by its path.</summary>
    public static Dictionary<string, StateLeaf> Of(object root)
    {
        Dictionary<string, StateLeaf> leaves = [];
        Fields(root, root.GetType().Name, leaves, new HashSet<object>(ReferenceEqualityComparer.Instance));
        return leaves;
    }

    /// <summary>Paths at which two objects differ.</summary>
    public static string[] Differences(object one, object other)
    {
        (Dictionary<string, StateLeaf> a, Dictionary<string, StateLeaf> b) = (Of(one), Of(other));
        return [.. a.Keys.Union(b.Keys).Where(path => !Equals(a.GetValueOrDefault(path).Value, b.GetValueOrDefault(path).Value))];
    }

    private static void Fields(object owner, string path, Dictionary<string, StateLeaf> leaves, HashSet<object> seen)
    {
        if (!owner.GetType().IsValueType && !seen.Add(owner))
            return;
        for (Type? type = owner.GetType(); type is not null; type = type.BaseType)
        {
            foreach (FieldInfo field in type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            {
                string name = $"{type.Name}.{field.Name}";
                bool captured = field.Name.StartsWith('<') && field.Name.EndsWith('P');
                if (!Left.ContainsKey(name))
                    Value(field.GetValue(owner), $"{path}.{field.Name}", new StateLeaf(name, owner, !field.IsInitOnly && !captured), leaves, seen);
            }
        }
    }

    /// <summary>What a field or an element holds; <paramref name="at"/> names the field, and holds the object it is in.</summary>
    private static void Value(object? value, string path, StateLeaf at, Dictionary<string, StateLeaf> leaves, HashSet<object> seen)
    {
        switch (value)
        {
            case null or string or Enum:
                leaves.Add(path, at with { Value = value });
                break;
            case float or double:
                leaves.Add(path, at with { Value = value is float single ? BitConverter.SingleToInt32Bits(single) : BitConverter.DoubleToInt64Bits((double)value) });
                break;
            case IList list:
                for (int i = 0; i < list.Count; i++)
                {
                    if (!Live.TryGetValue(at.Field, out Func<object, object?, int, bool>? live) || live(at.Value!, list[i], i))
                        Value(list[i], $"{path}[{i}]", at with { Varies = true }, leaves, seen);
                }

                break;
            case var _ when value.GetType().IsPrimitive:
                leaves.Add(path, at with { Value = value });
                break;
            default:
                Fields(value, path, leaves, seen);
                break;
        }
    }

    private static object? Get(object owner, string field) => owner.GetType().GetField(field, BindingFlags.Instance | BindingFlags.NonPublic)!.GetValue(owner);

    private static int Length(object owner, string field) => ((IList)Get(owner, field)!).Count;

    private static long Round(long place, int length) => ((place % length) + length) % length;
}
