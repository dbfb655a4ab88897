using System.Globalization;
using System.Text.RegularExpressions;

namespace AnyEcg.Recordings;

public enum Sex : byte
{
    Unknown = 0,
    Male = 1,
    Female = 2,
}

/// <summary>What a recording says of the person. No name ever leaves a reader.</summary>
/// <param name="AgeYears">0 to 130; null where not stated.</param>
/// <param name="Sex">Unknown where not stated.</param>
public readonly partial record struct Patient(int? AgeYears, Sex Sex)
{
    private const int MaxAge = 130;

    /// <summary>
    /// From WFDB comments: the first line of MIT-BIH headers ("69 M 1085 ..."), or "age" and "sex" with a colon, with or without
    /// angle brackets, several on a line or one.
    /// </summary>
    internal static Patient FromComments(IEnumerable<string> comments)
    {
        Patient patient = default;
        foreach (string comment in comments)
        {
            Match short_ = AgeAndSex().Match(comment);
            int? age = Age(short_.Success ? short_.Groups[1].Value : Named("age").Match(comment).Groups[1].Value);
            Sex sex = ParseSex(short_.Success ? short_.Groups[2].Value : Named("sex").Match(comment).Groups[1].Value);
            patient = new Patient(patient.AgeYears ?? age, patient.Sex == Sex.Unknown ? sex : patient.Sex);
        }

        return patient;
    }

    internal static Sex ParseSex(string text) => text.Trim().ToUpperInvariant() switch
    {
        "M" or "MALE" => Sex.Male,
        "F" or "FEMALE" => Sex.Female,
        _ => Sex.Unknown,
    };

    private static int? Age(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int age) && age <= MaxAge ? age : null;

    private static Regex Named(string what) => what == "age" ? NamedAge() : NamedSex();

    [GeneratedRegex(@"^(\d{1,3}|\?+|-1) ([MF?])( |$)")]
    private static partial Regex AgeAndSex();

    [GeneratedRegex(@"(?:^|[\s<])age>?\s*:\s*(\d{1,3})\b", RegexOptions.IgnoreCase)]
    private static partial Regex NamedAge();

    [GeneratedRegex(@"(?:^|[\s<])sex>?\s*:\s*([a-z]+)\b", RegexOptions.IgnoreCase)]
    private static partial Regex NamedSex();
}
