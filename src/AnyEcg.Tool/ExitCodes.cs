using System.CommandLine;

namespace AnyEcg.Tool;

/// <summary>What the process ends with, the same for every command.</summary>
internal static class ExitCodes
{
    public const int Done = 0, Failed = 1, Usage = 2;

    /// <summary>Prints what is wrong with the arguments on standard error.</summary>
    public static int BadUsage(ParseResult parsed)
    {
        foreach (System.CommandLine.Parsing.ParseError error in parsed.Errors)
        {
            Console.Error.WriteLine(error.Message);
        }

        Console.Error.WriteLine("Try --help.");
        return Usage;
    }
}
