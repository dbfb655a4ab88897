using AnyEcg.Alerts;
using AnyEcg.Engine;
using AnyEcg.Mqtt;
using AnyEcg.Signal;

namespace AnyEcg.Worker;

/// <summary>
/// Where the engine's results go: transitions and summaries into the outbox, the last state of each stream onto the board, and
/// each finished frame's acknowledgement to the broker. Engine thread only.
/// </summary>
internal sealed class EngineOutput(Outbox outbox, StreamBoard board, AckDesk acks) : IEngineOutput
{
    public void Alert(AlertTransition transition)
    {
        board.Take(transition);
        outbox.Add(transition);
    }

    public void Rhythm(RhythmSummary summary)
    {
        board.Take(summary);
        outbox.Add(summary);
    }

    public void Result(StreamKey key, PatchSecond patch, SecondObservation observation) => board.Take(key, patch);

    public void FrameDone(in EngineInput input, FrameOutcome outcome)
    {
        if (input.Token is not FrameTicket ticket)
        {
            return;
        }

        MqttReasonCode reason = outcome switch
        {
            FrameOutcome.Rejected => MqttReasonCode.PayloadFormatInvalid,
            FrameOutcome.Conflict => MqttReasonCode.ImplementationSpecificError,
            _ => MqttReasonCode.Success,
        };
        acks.Acknowledge(ticket.Ack, reason);
        acks.Return(ticket);
    }
}
