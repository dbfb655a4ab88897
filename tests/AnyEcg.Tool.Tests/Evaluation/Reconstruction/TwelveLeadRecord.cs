using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace AnyEcg.Tool.Tests;

/// <summary>A made-up WFDB recording of twelve leads, 300 Hz, 1,000 units per mV: spikes of each chest lead at its own place, V4 of V3 and V6.</summary>
internal static class TwelveLeadRecord
{
    private static readonly string[] Names = ["I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6"];

    public static string Write(string folder, string name, int seconds, params ReadOnlySpan<string> leads)
    {
        string[] names = leads.Length > 0 ? leads.ToArray() : Names;
        byte[] data = new byte[seconds * 300 * names.Length * 2];
        for (int i = 0; i < seconds * 300; i++)
        {
            for (int lead = 0; lead < names.Length; lead++)
            {
                double value = Math.Round(1000 * Value(names[lead], i));
                BinaryPrimitives.WriteInt16LittleEndian(data.AsSpan(2 * (i * names.Length + lead)), (short)value);
            }
        }

        StringBuilder header = new();
        header.Append(CultureInfo.InvariantCulture, $"{name} {names.Length} 300 {seconds * 300}\n");
        foreach (string lead in names)
        {
            header.Append(CultureInfo.InvariantCulture, $"{name}.dat 16 1000/mV 16 0 0 0 0 {lead}\n");
        }

        File.WriteAllText(Path.Combine(folder, name + ".hea"), header.ToString());
        File.WriteAllBytes(Path.Combine(folder, name + ".dat"), data);
        return Path.Combine(folder, name);
    }

    private static double Value(string lead, int i) => lead switch
    {
        "III" => Value("II", i) - Value("I", i),
        "aVR" => -(Value("I", i) + Value("II", i)) / 2,
        "aVL" => Value("I", i) - Value("II", i) / 2,
        "aVF" => Value("II", i) - Value("I", i) / 2,
        "V4" => 0.6 * Value("V3", i) + 0.5 * Value("V6", i),
        _ => Spike(i, 240, 30 + 8 * Array.IndexOf(Names, lead)) - 0.5 * Spike(i, 170, 60 + 5 * Array.IndexOf(Names, lead)),
    };

    private static double Spike(int i, int every, int at) => Math.Exp(-Math.Pow(((i + 10 * every - at) % every - every / 2) / 9.0, 2));
}
