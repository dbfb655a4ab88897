using AnyEcg.Mqtt;
using AnyEcg.Protocol;

namespace AnyEcg.Worker;

/// <summary>A request on its way through journal and engine: the acknowledgement that it owes, and who waits for its answer.</summary>
/// <param name="Ack">None over HTTP.</param>
/// <param name="Request">What was asked.</param>
/// <param name="Answer">Told once, on any thread; must not wait.</param>
internal sealed record CommandTicket(MqttAckToken Ack, CommandRequest Request, Action<CommandAnswer> Answer) : NoteTicket(Ack);
