using System.Diagnostics;

namespace AnyEcg.EndToEnd.Tests;

/// <summary>The command line as a user runs it: a process of its own.</summary>
internal static class AnyEcgProcess
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    public static async Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] args)
    {
        using CancellationTokenSource limit = new(Limit, TimeProvider.System);
        using Process process = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "anyecg.dll"), .. args])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        try
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync(limit.Token);
            Task<string> error = process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return (process.ExitCode, await output, await error);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }
}

/// <summary>A fact that needs the released weights; skipped with that reason where they are not checked out.</summary>
internal sealed class ReleasedModelFactAttribute : FactAttribute
{
    public ReleasedModelFactAttribute()
    {
        if (!Released.IsThere)
        {
            Skip = "models/anyecg-s is not checked out";
        }
    }
}
