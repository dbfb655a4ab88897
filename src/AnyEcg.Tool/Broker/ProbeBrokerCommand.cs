using System.CommandLine;
using AnyEcg.Mqtt;
using AnyEcg.Simulator;
using Spectre.Console;

namespace AnyEcg.Tool;

/// <summary>`anyecg probe-broker URL`: what a broker really does, and whether that is enough for us.</summary>
internal static class ProbeBrokerCommand
{
    private static readonly Argument<string> Url = new("url") { Description = "mqtt://host:1883, mqtts://host:8883, ws://host/mqtt or wss://host/mqtt." };

    private static readonly Option<string?> User = new("--user") { Description = $"User name; the password is read from {FleetOptions.PasswordVariable} or --password-file." };

    private static readonly Option<string?> PasswordFile = new("--password-file") { Description = "File whose first line is the password." };

    private static readonly Option<string?> Authority = new("--ca") { Description = "PEM file of the authority to trust instead of the system's." };

    private static readonly Option<bool> Plaintext = new("--allow-plaintext") { Description = "Send the password to another machine without TLS." };

    private static readonly Option<int> Messages = new Option<int>("--messages") { Description = "Messages queued to find the limit of a queue, 100 to 1000000.", DefaultValueFactory = _ => 20_000 }.Within(100, 1_000_000);

    private static readonly Option<string?> Json = new Option<string?>("--json") { Description = "Write the report as one JSON document." }.NewFile();

    public static Command Create()
    {
        Command command = new("probe-broker", "Find out what a broker really does with sessions, queues, takeovers and retained state.")
        {
            Url, User, PasswordFile, Authority, Plaintext, Messages, Json,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        try
        {
            ProbeReport report = await new ProbeRun(Read(parsed), TimeProvider.System).RunAsync(Console.Error.WriteLine, cancel);
            ProbeTable.Write(Terminal.Output(), report);
            if (parsed.GetValue(Json) is { } path)
            {
                await using FileStream file = File.Create(path);
                ProbeJson.Write(file, report);
            }

            return report.Fits ? ExitCodes.Done : ExitCodes.Failed;
        }
        catch (Exception e) when (e is ArgumentException or MqttException or IOException or InvalidDataException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return ExitCodes.Usage;
        }
        catch (OperationCanceledException)
        {
            return ExitCodes.Failed;
        }
    }

    /// <exception cref="ArgumentException">A URL that is none, or a password that would be sent in the open.</exception>
    private static ProbeOptions Read(ParseResult parsed)
    {
        string? fault = MqttBrokerUrl.TryParse(parsed.GetRequiredValue(Url), out MqttBrokerUrl? url);
        if (fault is not null)
        {
            throw new ArgumentException(fault);
        }

        string? user = parsed.GetValue(User), file = parsed.GetValue(PasswordFile);
        if (user is not null && !url!.UseTls && !url.IsLoopback && !parsed.GetValue(Plaintext))
        {
            throw new ArgumentException("a password goes to another machine over TLS only (mqtts, wss), or with --allow-plaintext");
        }

        string? password = file is null ? Environment.GetEnvironmentVariable(FleetOptions.PasswordVariable) : File.ReadLines(file).FirstOrDefault();
        return new ProbeOptions
        {
            Url = url!,
            UserName = user,
            Password = user is null ? null : password,
            Certificates = parsed.GetValue(Authority) is { } authority ? new TlsCertificates(new TlsFiles { CaFiles = [authority] }) : null,
            Messages = parsed.GetValue(Messages),
        };
    }
}
