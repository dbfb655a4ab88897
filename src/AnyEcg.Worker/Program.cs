using AnyEcg.Model;
using AnyEcg.Worker;
using Microsoft.Extensions.Options;

if (args is ["--help" or "-h" or "-?"])
{
    await Console.Out.WriteLineAsync(
        "AnyEcg.Worker: live ECG over MQTT to alerts. Not a medical device.\n"
        + "Settings: appsettings.json, environment (Broker__Port=1884) or command line (--Broker:Port 1884).\n"
        + "Sections Broker, Ingest, Engine, Alerts, Store, Canary, Worker and Urls; docs/operations.md explains them.");
    return 0;
}

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
catch (OperationCanceledException) when (Environment.ExitCode != 0)
{
    // A part failed while the others were still starting; it has said why.
    return Environment.ExitCode;
}
catch (CudaUnavailableException e)
{
    await Console.Error.WriteLineAsync($"Engine:Device = cuda, but CUDA cannot be used here: {e.Message}");
    return 1;
}
catch (Exception e) when (e is IOException or InvalidDataException)
{
    await Console.Error.WriteLineAsync(e.Message);
    return 1;
}
