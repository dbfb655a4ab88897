using System.Diagnostics.Metrics;
using AnyEcg.Protocol;

namespace AnyEcg.Worker;

/// <summary>What became of requests and of their answers. No stream, operator or reason in words is a label. Any thread.</summary>
internal sealed class CommandMetrics
{
    private readonly Counter<long> commands;
    private readonly Counter<long> answers;

    public CommandMetrics(IMeterFactory factory)
    {
        Meter meter = factory.Create("AnyEcg.Worker.Commands");
        commands = meter.CreateCounter<long>("anyecg.commands", "{request}", "Requests of operators and backends, by command, outcome and way in");
        answers = meter.CreateCounter<long>("anyecg.command.answers", "{message}", "Answers over MQTT: sent, failed, dropped, or unaddressed (the request named no topic)");
    }

    public void Answered(CommandAnswer answer, string source) => commands.Add(
        1,
        new("command", answer.Command?.WireName() ?? "unreadable"),
        new("outcome", answer.Outcome.WireName()),
        new("source", source));

    public void Published(string result) => answers.Add(1, new KeyValuePair<string, object?>("result", result));
}
