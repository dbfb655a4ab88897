using System.Globalization;

namespace AnyEcg.Model;

/// <summary>Memory of this machine, or of the container that the process runs in.</summary>
internal static class HostMemory
{
    private const string Report = "/proc/meminfo", Line = "MemAvailable:";

    /// <summary>Bytes that the process may still take without anybody's harm, about.</summary>
    public static long Free()
    {
        long left = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes - Environment.WorkingSet;
        return Math.Max(0, Math.Min(left, OfSystem() ?? left));
    }

    /// <summary>What the system reports; null where it does not.</summary>
    private static long? OfSystem()
    {
        if (!OperatingSystem.IsLinux() || !File.Exists(Report))
            return null;
        string? line = File.ReadLines(Report).FirstOrDefault(l => l.StartsWith(Line, StringComparison.Ordinal));
        string? kilobytes = line?[Line.Length..].Trim().Split(' ')[0];
        return long.TryParse(kilobytes, NumberStyles.None, CultureInfo.InvariantCulture, out long free) ? free << 10 : null;
    }
}
