using System.Diagnostics;

namespace AnyEcg.Worker.Tests;

/// <summary>Prometheus' own linter, where it is installed.</summary>
internal static class Promtool
{
    public static string? Path { get; } = new[] { "/usr/bin/promtool", "/usr/local/bin/promtool" }.FirstOrDefault(File.Exists);

    public static Task<(int ExitCode, string Output)> CheckAsync(string exposition) => RunAsync(exposition, ["check", "metrics"]);

    public static Task<(int ExitCode, string Output)> RunAsync(params string[] arguments) => RunAsync("", arguments);

    private static async Task<(int ExitCode, string Output)> RunAsync(string input, string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(Path!, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        string output = await process.StandardOutput.ReadToEndAsync() + await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output);
    }
}

internal sealed class PromtoolFactAttribute : FactAttribute
{
    public PromtoolFactAttribute()
    {
        if (Promtool.Path is null)
        {
            Skip = "promtool is not installed (Debian package: prometheus)";
        }
    }
}
