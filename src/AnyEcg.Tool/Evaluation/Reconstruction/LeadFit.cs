namespace AnyEcg.Tool;

/// <summary>How near a reconstruction came to the lead that was there.</summary>
/// <param name="Correlation">Pearson's, over the scored samples; 0 where either stands still.</param>
/// <param name="MaeMv">Mean absolute error, mV.</param>
/// <param name="RmseMv">Root of the mean squared error, mV.</param>
/// <param name="PsnrDb">Peak to peak of the true lead over the RMSE, in decibels.</param>
internal sealed record LeadFit(double Correlation, double MaeMv, double RmseMv, double PsnrDb)
{
    /// <param name="truth">The lead.</param>
    /// <param name="given">What was made in its place; of the same length.</param>
    public static LeadFit Of(ReadOnlySpan<float> truth, ReadOnlySpan<float> given)
    {
        int n = truth.Length;
        (double meanX, double meanY, double low, double high) = (0, 0, double.MaxValue, double.MinValue);
        for (int i = 0; i < n; i++)
        {
            meanX += truth[i] / (double)n;
            meanY += given[i] / (double)n;
            low = Math.Min(low, truth[i]);
            high = Math.Max(high, truth[i]);
        }

        (double xx, double yy, double xy, double absolute, double squared) = (0, 0, 0, 0, 0);
        for (int i = 0; i < n; i++)
        {
            (double x, double y, double error) = (truth[i] - meanX, given[i] - meanY, truth[i] - given[i]);
            xx += x * x;
            yy += y * y;
            xy += x * y;
            absolute += Math.Abs(error);
            squared += error * error;
        }

        double rmse = Math.Sqrt(squared / n);
        return new LeadFit(xx * yy > 0 ? xy / Math.Sqrt(xx * yy) : 0, absolute / n, rmse, 20 * Math.Log10((high - low) / Math.Max(rmse, 1e-6)));
    }
}
