using AnyEcg.Signal;

namespace AnyEcg.Recordings;

/// <summary>What the names of signals in recordings say: the lead, or that it is something else than an ECG.</summary>
internal static class SignalNames
{
    private static readonly string[] Prefixes = ["ECG", "EKG", "LEAD"];

    /// <summary>
    /// First words of signals that are measured in volts, or in no unit at all, and are no ECG: respiration, pulse, the brain, eyes,
    /// muscles, position, markers.
    /// </summary>
    private static readonly HashSet<string> Others = new(StringComparer.OrdinalIgnoreCase)
    {
        "RESP", "RESPIRATION", "PLETH", "PPG", "ABP", "ART", "PAP", "CVP", "ICP", "BP", "CO2", "ETCO2", "SPO2", "SAO2", "O2", "EEG", "EOG",
        "EMG", "EDA", "GSR", "ACC", "ACCELEROMETER", "TEMP", "TEMPERATURE", "MARKER", "EVENT", "TRIGGER", "HR", "HRV", "PULSE", "FECG", "UC",
        "FLOW", "SNORE", "POSITION", "BATTERY", "STATUS",
    };

    /// <summary>The lead that a name means: as <see cref="LeadNames"/> reads it, after "ECG", "EKG" or "Lead" and before a reference electrode.</summary>
    public static Lead LeadOf(string name)
    {
        string bare = name.Trim();
        foreach (string prefix in Prefixes)
        {
            if (bare.Length > prefix.Length && bare.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) && bare[prefix.Length] is ' ' or '_' or '-')
            {
                bare = bare[(prefix.Length + 1)..].Trim();
            }
        }

        return LeadNames.Parse(bare);
    }

    /// <summary>Whether a name says that the signal is no ECG. An unknown name does not.</summary>
    public static bool IsOther(string name)
    {
        string[] words = name.Split([' ', '_', '.', '-', ':'], 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return words.Length > 0 && Others.Contains(words[0]);
    }
}
