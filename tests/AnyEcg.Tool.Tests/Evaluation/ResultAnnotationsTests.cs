using AnyEcg.Recordings;
using AnyEcg.Signal;

namespace AnyEcg.Tool.Tests;

public sealed class ResultAnnotationsTests
{
    private static readonly RecordResult Result = new()
    {
        Name = "r",
        AnnotationRateHz = 360,
        Seconds = 5.5,
        Beats = [new(0.5, BeatClass.N), new(2, BeatClass.V), new(3.0014, BeatClass.S), new(4, BeatClass.F), new(5.6, BeatClass.Q)],
        Rhythm = [RhythmClass.Sinus, RhythmClass.Sinus, RhythmClass.AtrialFibrillation, null, RhythmClass.VentricularFibrillation],
        Alerts = [],
    };

    [Fact]
    public void From_BeatsAndRhythm_AreAtTheRecordsOwnRate() =>
        Assert.Equal(
            [
                new(0, AnnotationCode.RhythmChange, Aux: "(N"),
                new(180, AnnotationCode.Normal),
                new(720, AnnotationCode.RhythmChange, Aux: "(AFIB"),
                new(720, AnnotationCode.PrematureVentricular),
                new(1080, AnnotationCode.RhythmChange, Aux: "(NOISE"),
                new(1081, AnnotationCode.SupraventricularPremature),
                new(1440, AnnotationCode.RhythmChange, Aux: "(VFL"),
                new(1440, AnnotationCode.Fusion),
                new(1979, AnnotationCode.Unclassifiable),
            ],
            ResultAnnotations.From(Result));

    [Fact]
    public void Write_Folder_HoldsTheAnnotationFileAndTheHeader()
    {
        string source = Directory.CreateTempSubdirectory("anyecg").FullName;
        string header = Path.Combine(source, "r.hea");
        File.WriteAllText(header, "r 1 360 1980\nr.dat 16\n");
        string folder = Path.Combine(source, "made", "here");

        ResultAnnotations.Write(folder, Result, RecordingPaths.StemOf(header));
        ResultAnnotations.Write(folder, Result, Path.Combine(folder, "r"));

        Assert.Equal(File.ReadAllText(header), File.ReadAllText(Path.Combine(folder, "r.hea")));
        Assert.Equal(ResultAnnotations.From(Result), AnnotationReader.ReadAll(Path.Combine(folder, "r.aecg")));
        Directory.Delete(source, recursive: true);
    }
}
