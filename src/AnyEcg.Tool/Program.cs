using System.CommandLine;
using AnyEcg.Tool;

RootCommand root = new("AnyEcg.Stream on the command line.")
{
    DemoCommand.Create(),
    EvaluateCommand.Create(),
    EvaluateReconstructionCommand.Create(),
    EvaluateRecordHeadsCommand.Create(),
    AnalyzeCommand.Create(),
    StripCommand.Create(),
    PrepareCommand.Create(),
    CandidateCommand.Create(),
    BenchCommand.Create(),
    BenchWorkerCommand.Create(),
    CheckModelCommand.Create(),
    SoakCommand.Create(),
    ProbeBrokerCommand.Create(),
};

ParseResult parsed = root.Parse(args);
return parsed.Errors.Count > 0 ? ExitCodes.BadUsage(parsed) : await parsed.InvokeAsync();
