using AnyEcg.Signal;

namespace AnyEcg.Model.Tests;

/// <summary>One stream of the fixtures with PyTorch's outputs at its stored seconds.</summary>
internal sealed class Expected
{
    private readonly Dictionary<string, float[]> floats = [];
    private readonly Dictionary<string, float> greatest = [];

    private Expected(TestStream stream, int[] at, int[] codes, int[] queries)
    {
        Stream = stream;
        At = at;
        Codes = codes;
        Queries = queries;
    }

    public TestStream Stream { get; }

    /// <summary>The stored seconds, as offsets.</summary>
    public int[] At { get; }

    /// <summary>[lead, stored second].</summary>
    public int[] Codes { get; }

    /// <summary>Pairs of lead and offset with a stored reconstruction.</summary>
    public int[] Queries { get; }

    public float[] this[string name] => floats[name];

    /// <summary>The greatest absolute value.</summary>
    public float Greatest(string name) => Remember(name, () => floats[name].Max(MathF.Abs));

    /// <summary>The greatest absolute logit of probabilities.</summary>
    public float GreatestLogit(string name) => Remember(name, () => floats[name].Select(Logit).Where(float.IsFinite).Max(MathF.Abs));

    private float Remember(string name, Func<float> compute) =>
        greatest.TryGetValue(name, out float known) ? known : greatest[name] = compute();

    public static float Logit(float probability) => MathF.Log(probability) - MathF.Log(1 - probability);

    public static string Folder => Path.Combine(AppContext.BaseDirectory, "Fixtures");

    public static string Manifest => Path.Combine(Folder, "random-small.json");

    public static Expected Load(string name)
    {
        using SafetensorsFile file = SafetensorsFile.Open(Path.Combine(Folder, $"{name}.safetensors"));
        Lead[] leads = [.. file.Read<byte>("leads").Select(lead => (Lead)lead)];
        byte[] present = file.Read<byte>("present");
        int seconds = present.Length / leads.Length;
        bool[][] perLead = [.. Enumerable.Range(0, leads.Length).Select(lead => present.Skip(lead * seconds).Take(seconds).Select(p => p != 0).ToArray())];
        TestStream stream = new(leads, perLead, file.Read<long>("start_second")[0]);
        Expected expected = new(stream, file.Read<int>("at"), file.Read<int>("code"), file.Read<int>("queries"));
        foreach (string tensor in (string[])["rhythm", "anomaly", "arrhythmia", "record_anomaly", "strip", "states", "beats", "beat_offset", "surprise", "reconstruction"])
        {
            expected.floats[tensor] = file.Read<float>(tensor);
        }

        return expected;
    }
}
