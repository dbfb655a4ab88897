using AnyEcg.Worker;
using Microsoft.Extensions.Options;

try
{
    await using WebApplication app = WorkerApp.Create(args);
    await app.RunAsync();
    return Environment.ExitCode;
}
catch (OptionsValidationException e)
{
    foreach (string fault in e.Failures)
    {
        await Console.Error.WriteLineAsync(fault);
    }

    return 2;
}
catch (Exception e) when (e is IOException or InvalidDataException)
{
    await Console.Error.WriteLineAsync(e.Message);
    return 1;
}
