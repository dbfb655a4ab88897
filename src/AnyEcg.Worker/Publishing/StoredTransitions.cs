using AnyEcg.Alerts;
using AnyEcg.Protocol;
using AnyEcg.Signal;
using AnyEcg.Store;

namespace AnyEcg.Worker;

/// <summary>A transition as the store takes it.</summary>
internal static class StoredTransitions
{
    /// <param name="transition">What happened.</param>
    /// <param name="body">Its document.</param>
    /// <param name="sequence">Number of the input that decided it.</param>
    public static TransitionWork Work(AlertTransition transition, ReadOnlyMemory<byte> body, long sequence) =>
        new(new StreamKey(transition.Group, transition.Stream))
        {
            AlertId = transition.AlertId,
            Revision = transition.Revision,
            Kind = transition.Kind.WireName(),
            Over = transition.IsOver,
            Body = body,
            Attributes = AlertAttributes.Write(transition),
            Sequence = sequence,
            OnsetNs = transition.OnsetNs,
            EventNs = AlertDocument.EventNs(transition),
            ReceivedNs = transition.DecidedReceivedNs,
        };
}
