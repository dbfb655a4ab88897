using System.Text.Json;
using AnyEcg.Recordings;

namespace AnyEcg.EndToEnd.Tests;

[Collection(WholeSystem.Name)]
public sealed class EvaluateTests : IDisposable
{
    private static readonly string[] Keys =
    [
        "modelId", "records.name", "records.seconds", "records.beats", "records.episodes", "records.alerts.kind", "records.alerts.priority",
        "records.alerts.onsetSeconds", "records.alerts.endSeconds", "records.rhythmSeconds.sinus", "records.rhythmSeconds.af", "records.cinc2017",
        "gross.beats.qrs.tp", "gross.beats.qrs.fn", "gross.beats.qrs.fp", "gross.beats.qrs.se", "gross.beats.qrs.ppv", "gross.beats.v.se",
        "gross.beats.s.se", "gross.episodes.af.episodeSe", "gross.episodes.vt.episodePpv", "gross.episodes.vf.durationSe",
        "gross.episodes.vf.durationPpv", "gross.falseHighAlertsPerDay", "gross.timeToAlertSeconds.p50", "gross.timeToAlertSeconds.p95",
        "average.beats.qrs.se", "average.episodes.af.durationSe", "average.falseHighAlertsPerDay", "average.timeToAlertSeconds.p95",
    ];

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("anyecg-evaluate-");

    [ReleasedModelFact]
    public async Task Evaluate_AnExcerpt_WritesReportAndAnnotations()
    {
        string json = Path.Combine(folder.FullName, "report.json");
        (int exitCode, _, string error) = await AnyEcgProcess.RunAsync(
            "evaluate", "--json", json, "--write-annotations", folder.FullName, Released.Recording("vf_cu01"));

        Assert.True(exitCode == 0, error);
        using JsonDocument document = JsonDocument.Parse(await File.ReadAllBytesAsync(json));
        Assert.All(Keys, key => JsonKeys.AssertPresent(document.RootElement, key));
        IReadOnlyList<Annotation> annotations = AnnotationReader.ReadAll(Path.Combine(folder.FullName, "vf_cu01.aecg"));
        Assert.Contains(annotations, a => a.Code == AnnotationCode.RhythmChange);
        Assert.Contains(annotations, a => a.Code == AnnotationCode.Normal);
        Assert.Equal(annotations.Select(a => a.Sample).Order(), annotations.Select(a => a.Sample));
        Assert.StartsWith("vf_cu01 1 250", await File.ReadAllTextAsync(Path.Combine(folder.FullName, "vf_cu01.hea")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Evaluate_NoSuchRecord_IsBadUsage()
    {
        (int exitCode, _, string error) = await AnyEcgProcess.RunAsync("evaluate", Path.Combine(folder.FullName, "none"));
        Assert.Equal(2, exitCode);
        Assert.NotEmpty(error);
    }

    public void Dispose() => folder.Delete(recursive: true);
}
