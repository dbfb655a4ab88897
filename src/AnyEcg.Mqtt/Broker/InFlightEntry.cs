namespace AnyEcg.Mqtt;

/// <summary>One message that was sent and is not completed.</summary>
/// <param name="Delivery">The message; dropped with the PUBREC, which makes it needless.</param>
/// <param name="Order">When it was sent, or its PUBREC came.</param>
/// <param name="IsReleased">QoS 2: the PUBREC came, so that only PUBREL is sent from now on.</param>
/// <param name="IsOnWire">Sent on the present connection.</param>
internal readonly record struct InFlightEntry(Delivery Delivery, long Order, bool IsReleased, bool IsOnWire);
