using AnyEcg.Signal;

namespace AnyEcg.Tool.Tests;

public sealed class ReconstructionReportTests
{
    private readonly ReconstructionReport report = new([Record("a", 0.9), Record("b", 0.97), Record("c", 0.99)], new Bootstrap(200, 1));

    [Fact]
    public void Median_ThreeRecords_IsTheMiddleOneWithinItsInterval()
    {
        LeadFigure figure = report.Median(LeadLoss.WholeRecord, Lead.V2, LeadMethod.Reconstruction, fit => fit.Correlation);

        Assert.Equal(0.97, figure.Median, 1e-9);
        Assert.Equal((0.9, 0.99), (figure.Interval!.Value.Low, figure.Interval.Value.High));
    }

    [Fact]
    public void Gain_BaselineATenthLower_IsATenthInEveryResample()
    {
        LeadFigure gain = report.Gain(LeadLoss.AfterFiveSeconds, null, LeadMethod.RecordLeastSquares);

        Assert.Equal(0.1, gain.Median, 1e-9);
        Assert.Equal(0.1, gain.Interval!.Value.Low, 1e-9);
    }

    [Fact]
    public void WriteMarkdown_NeverSeenLead_HasNoLeastSquaresOfItsPast()
    {
        using StringWriter text = new();
        report.WriteMarkdown(text);

        string[] tables = text.ToString().Split("Lost after five seconds");
        Assert.DoesNotContain("the record's past", tables[0], StringComparison.Ordinal);
        Assert.Contains("| V1 | least squares, the record's past | 0.8700 (", tables[1], StringComparison.Ordinal);
    }

    private static LeadRecord Record(string name, double correlation) => new(name,
    [
        .. from loss in Enum.GetValues<LeadLoss>()
           from lead in new[] { Lead.V1, Lead.V2, Lead.V3, Lead.V4, Lead.V5, Lead.V6 }
           from method in Enum.GetValues<LeadMethod>()
           let value = method == LeadMethod.Reconstruction ? correlation : correlation - 0.1
           select new LeadCase(loss, lead, method, new LeadFit(value, 0.01, 0.02, 30)),
    ]);
}
