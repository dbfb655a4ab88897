using System.Buffers;
using System.Text;
using AnyEcg.Alerts;
using AnyEcg.Signal;

namespace AnyEcg.Protocol.Tests;

public sealed class RhythmDocumentTests
{
    internal static RhythmSummary Summary { get; } = new()
    {
        Group = "ward 7",
        Stream = "p1",
        Epoch = 4,
        Second = 3599,
        TimeNs = Alerts.EpochNs,
        Rhythm = RhythmClass.AtrialFibrillation,
        RhythmScore = 0.93,
        HeartRate = 84.26,
        Quality = 1,
        Coverage = 0.9995,
        AfBurden = 0.25,
        VentricularPerHour = 12.5,
        LongTerm = new LongTermFigures
        {
            AnalysedSeconds = 3555,
            UnreadableSeconds = 15,
            LostSeconds = 30,
            Beats = 4890,
            SupraventricularPerHour = 3.0379,
            AfEpisodes = 2,
            LongestAf = new EpisodeFact(new EcgPlace(475_500, Alerts.EpochNs - 2_015_000_000_000), 640),
            VentricularRuns = 1,
            LongestVentricularRun = new RunFact(new EcgPlace(634_650, Alerts.EpochNs - 1_484_500_000_000), 4, 131.42),
            Pauses = 1,
            LongestPause = new PauseFact(new EcgPlace(814_500, Alerts.EpochNs - 885_000_000_000), 2.74),
        },
    };

    [Fact]
    public void Write_Summary_IsTheExampleOfTheDocument()
        => Assert.Contains(Write(Summary), string.Concat(RepositoryFiles.Protocol.Where(c => c is not ('\n' or ' '))), StringComparison.Ordinal);

    [Fact]
    public void Write_NoRate_LeavesItOut() => Assert.DoesNotContain("heartRate", Write(Summary with { HeartRate = null }), StringComparison.Ordinal);

    [Fact]
    public void Write_NothingLongest_LeavesItOut()
        => Assert.DoesNotContain("longest", Write(Summary with { LongTerm = default }), StringComparison.Ordinal);

    private static string Write(RhythmSummary summary)
    {
        ArrayBufferWriter<byte> output = new();
        RhythmDocument.Write(summary, output);
        return Encoding.UTF8.GetString(output.WrittenSpan).Replace(" ", "", StringComparison.Ordinal);
    }
}
