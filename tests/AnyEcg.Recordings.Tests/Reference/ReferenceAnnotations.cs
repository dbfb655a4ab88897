using System.Globalization;

namespace AnyEcg.Recordings.Tests;

/// <summary>Annotation files against what the reference program (rdann) printed: sample, symbol, subtype, channel, number and text.</summary>
internal static class ReferenceAnnotations
{
    private const string Symbols = " NLRaVFJASEj/Q~ | sT*D\"=pB^t+u?![]en@xf()r";

    private static readonly (string File, string Target)[] Cases = [("100.atr", "ann-1"), ("12726.anI", "ann-2"), ("1003.atr", "ann-3")];

    public static IEnumerable<ReferenceLine> All(string folder)
    {
        foreach ((string file, string target) in Cases)
        {
            yield return Compare(Path.Combine(folder, "sample-data", file), Path.Combine(folder, "tests", "target-output", target));
        }

        string[] others = ["100.qrs", "03700181.gqrsh", "03700181.gqrsl", "03700181.sqrs", "12726.wabp", "12726.wqrs", "huge.qrs"];
        foreach (string file in others)
        {
            IReadOnlyList<Annotation> all = AnnotationReader.ReadAll(Path.Combine(folder, "sample-data", file));
            yield return new ReferenceLine(file, "annotations", "nothing: the set has no output of it", 0, $"read, {all.Count} annotations");
        }
    }

    public static ReferenceLine Compare(string path, string targetPath)
    {
        (string file, string target) = (Path.GetFileName(path), Path.GetFileName(targetPath));
        IReadOnlyList<Annotation> all = AnnotationReader.ReadAll(path);
        using TextReader output = ReferenceOutput.Open(targetPath);
        string[] lines = output.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        long compared = 0;
        for (int i = 0; i < Math.Min(all.Count, lines.Length); i++)
        {
            if (Print(all[i]) != Normal(lines[i]))
            {
                return new ReferenceLine(file, "annotations", target, compared, $"annotation {i} is '{Print(all[i])}', not '{Normal(lines[i])}'") { Failed = true };
            }

            compared++;
        }

        bool same = all.Count == lines.Length;
        return new ReferenceLine(file, "annotations", target, compared, same ? "equal" : $"{all.Count} annotations, the reference has {lines.Length}") { Failed = !same };
    }

    private static string Print(Annotation annotation) => string.Create(
        CultureInfo.InvariantCulture,
        $"{annotation.Sample} {Symbols[(int)annotation.Code]} {annotation.SubType} {annotation.Channel} {annotation.Number} {annotation.AuxText}").TrimEnd();

    /// <summary>The columns after the time, which may hold blanks in brackets.</summary>
    private static string Normal(string line)
    {
        string[] columns = line.Split('\t');
        string[] fields = columns[0].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return string.Join(' ', fields[^5..].Append(columns.Length > 1 ? columns[1].Trim() : "")).TrimEnd();
    }
}
