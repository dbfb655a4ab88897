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
    };

    [Fact]
    public void Write_Summary_IsTheExampleOfTheDocument()
        => Assert.Contains(Write(Summary), string.Concat(RepositoryFiles.Protocol.Where(c => c is not ('\n' or ' '))), StringComparison.Ordinal);

    [Fact]
    public void Write_NoRate_LeavesItOut() => Assert.DoesNotContain("heartRate", Write(Summary with { HeartRate = null }), StringComparison.Ordinal);

    private static string Write(RhythmSummary summary)
    {
        ArrayBufferWriter<byte> output = new();
        RhythmDocument.Write(summary, output);
        return Encoding.UTF8.GetString(output.WrittenSpan).Replace(" ", "", StringComparison.Ordinal);
    }
}
