namespace AnyEcg.Signal;

/// <summary>A place where a QRS complex may be.</summary>
/// <param name="Sample">Main deflection, detector delay removed.</param>
/// <param name="Height">Feature at its highest, millivolts.</param>
/// <param name="Slope">Steepest step of the band-passed signal, millivolts per sample.</param>
internal readonly record struct QrsPeak(long Sample, double Height, double Slope);
