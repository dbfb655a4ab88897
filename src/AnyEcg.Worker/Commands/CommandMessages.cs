using AnyEcg.Mqtt;
using AnyEcg.Protocol;
using AnyEcg.Signal;

namespace AnyEcg.Worker;

/// <summary>Requests over MQTT. MQTT receive loop only.</summary>
internal sealed class CommandMessages(CommandDesk desk, AnswerDesk answers, IngestCounters counters)
{
    public AnswerDesk Answers => answers;

    /// <summary>Takes a request; returns the reason code of its acknowledgement, or null where that follows once it is durable.</summary>
    public MqttReasonCode? Take(StreamKey key, in MqttInbound message, long nowNs)
    {
        if (message.ResponseTopic is { } topic && !ResponseTopics.IsAllowed(topic))
        {
            counters.Reject("command", "bad-response-topic");
            return MqttReasonCode.PayloadFormatInvalid;
        }

        AnswerAddress? address = message.ResponseTopic is { } to ? new AnswerAddress(to, message.CorrelationData.ToArray()) : null;
        Action<CommandAnswer> answer = given => answers.Send(address, given);
        CommandRejection fault = CommandRequest.TryParse(message.Payload.ToArray(), out CommandRequest? request, key);
        string? refusal = fault != CommandRejection.None ? fault.WireName() : message.Retain ? CommandRefusal.Retained.WireName() : null;
        if (refusal is not null)
        {
            counters.Reject("command", refusal);
            desk.Refuse(key, request, refusal, CommandSource.Mqtt, nowNs, answer);
            return MqttReasonCode.PayloadFormatInvalid;
        }

        return desk.Take(key, request!, CommandSource.Mqtt, nowNs, new CommandTicket(message.Ack, request!, answer));
    }
}
