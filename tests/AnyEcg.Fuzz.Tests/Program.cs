using System.CommandLine;
using AnyEcg.Fuzz.Tests;

ParseResult parsed = FuzzCommand.Create().Parse(args);
return parsed.Errors.Count > 0 ? Usage(parsed) : parsed.Invoke();

static int Usage(ParseResult parsed)
{
    parsed.Invoke();
    return 2;
}
