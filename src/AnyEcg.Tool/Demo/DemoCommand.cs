using System.CommandLine;

namespace AnyEcg.Tool;

/// <summary>`anyecg demo`: broker, worker and devices in one process, on the bundled real recordings.</summary>
internal static class DemoCommand
{
    private static readonly Option<double> Speed = new("--speed") { Description = "Seconds of ECG for one second of time, 0.1 to 100.", DefaultValueFactory = _ => 1 };

    private static readonly Option<double?> Duration = new("--duration") { Description = "Seconds of time after which the demo ends; without it, Ctrl-C ends it." };

    private static readonly Option<int> Http = new("--http-port") { Description = "Port of page and metrics on the loopback address; 0: any free one.", DefaultValueFactory = _ => 8080 };

    private static readonly Option<int> Broker = new("--broker-port") { Description = "Port of the embedded broker on the loopback address; 0: any free one.", DefaultValueFactory = _ => 0 };

    private static readonly Option<string> Model = ModelOption.Create();

    public static Command Create()
    {
        Command command = new("demo", "Run broker, worker and simulated devices on the bundled recordings.") { Speed, Duration, Http, Broker, Model };
        Speed.Validators.Add(result =>
        {
            if (result.GetValue(Speed) is < 0.1 or > 100)
            {
                result.AddError("--speed must be 0.1 to 100.");
            }
        });
        Duration.Validators.Add(result =>
        {
            if (result.GetValue(Duration) is <= 0)
            {
                result.AddError("--duration must be above 0.");
            }
        });
        command.SetAction((parsed, cancel) => RunAsync(
            new DemoOptions(
                parsed.GetValue(Speed), parsed.GetValue(Duration), parsed.GetValue(Http), parsed.GetValue(Broker), parsed.GetRequiredValue(Model)),
            cancel));
        return command;
    }

    private static async Task<int> RunAsync(DemoOptions options, CancellationToken cancel)
    {
        try
        {
            return await DemoRun.RunAsync(options, Console.Out, cancel);
        }
        catch (Exception e) when (e is IOException or InvalidDataException or TimeoutException)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return ExitCodes.Failed;
        }
    }
}

/// <summary>Settings of the demo.</summary>
internal sealed record DemoOptions(double Speed, double? DurationSeconds, int HttpPort, int BrokerPort, string Model);
