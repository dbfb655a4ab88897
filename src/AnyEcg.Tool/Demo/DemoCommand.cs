using System.CommandLine;

namespace AnyEcg.Tool;

/// <summary>`anyecg demo`: broker, worker and devices in one process, on the bundled real recordings.</summary>
internal static class DemoCommand
{
    private static readonly Option<double> Speed = new Option<double>("--speed") { Description = "Seconds of ECG for one second of time, 0.1 to 100.", DefaultValueFactory = _ => 1 }.Within(0.1, 100);

    private static readonly Option<double?> Duration = new Option<double?>("--duration") { Description = "Seconds of time after which the demo ends; without it, Ctrl-C ends it." }.AboveZero();

    private static readonly Option<int> Http = new Option<int>("--http-port") { Description = "Port of page and metrics on the loopback address; 0: any free one.", DefaultValueFactory = _ => 8080 }.Within(0, 65_535);

    private static readonly Option<int> Broker = new Option<int>("--broker-port") { Description = "Port of the embedded broker on the loopback address; 0: any free one.", DefaultValueFactory = _ => 0 }.Within(0, 65_535);

    private static readonly Option<string> Model = ModelOption.Create();

    public static Command Create()
    {
        Command command = new("demo", "Run broker, worker and simulated devices on the bundled recordings.") { Speed, Duration, Http, Broker, Model };
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
