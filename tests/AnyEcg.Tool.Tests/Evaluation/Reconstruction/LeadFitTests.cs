namespace AnyEcg.Tool.Tests;

public sealed class LeadFitTests
{
    [Fact]
    public void Of_HandWorked_GivesTheFourMeasures()
    {
        // Errors 0, 1, 0, -1; truth from -1 to 1: MAE 0.5, RMSE sqrt(0.5), PSNR 20 log10(2 / 0.7071); deviations give 1 / sqrt(2 * 1).
        LeadFit fit = LeadFit.Of([0, 1, 0, -1], [0, 0, 0, 0.0001f]);

        Assert.Equal(0.5, fit.MaeMv, 1e-4);
        Assert.Equal(Math.Sqrt(0.5), fit.RmseMv, 1e-4);
        Assert.Equal(9.03, fit.PsnrDb, 0.01);
        Assert.Equal(-1 / Math.Sqrt(2 * 0.75), fit.Correlation, 1e-4);
    }

    [Fact]
    public void Of_GainAndOffset_CorrelateFullyButAreWrong()
    {
        LeadFit fit = LeadFit.Of([1, 2, 3, 5], [3, 5, 7, 11]);

        Assert.Equal(1, fit.Correlation, 1e-9);
        Assert.Equal(3.75, fit.MaeMv, 1e-9);
    }

    [Fact]
    public void Of_NothingMade_HasNoCorrelation() => Assert.Equal(0, LeadFit.Of([1, 2, 3], [0, 0, 0]).Correlation);
}
