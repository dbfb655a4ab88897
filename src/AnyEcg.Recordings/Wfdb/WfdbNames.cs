namespace AnyEcg.Recordings;

/// <summary>Names of files and segments inside a header: they may not lead out of its folder.</summary>
internal static class WfdbNames
{
    public static bool IsPlain(string name) => name is not ("" or "." or "..") && !name.AsSpan().ContainsAny('/', '\\', ':') && !name.Contains('\0', StringComparison.Ordinal);
}
