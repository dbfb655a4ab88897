using System.Diagnostics;

namespace AnyEcg.Model.Tests;

/// <summary>A program of the system that a test needs: run to its end, its output read.</summary>
internal static class HostProgram
{
    /// <summary>Null where there is no such program.</summary>
    public static (int Code, string Output)? Run(string program, params IEnumerable<string> arguments)
    {
        ProcessStartInfo start = new(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            using Process process = Process.Start(start)!;
            Task<string> errors = process.StandardError.ReadToEndAsync();
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, output + errors.GetAwaiter().GetResult());
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
