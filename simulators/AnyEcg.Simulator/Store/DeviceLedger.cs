namespace AnyEcg.Simulator;

/// <summary>
/// What became of every sample that a device took, in samples per lead. Always
/// <c>Generated = Acknowledged + Stored + Dropped + Lost</c>: the four are read under one lock.
/// </summary>
/// <param name="Generated">Taken by the device.</param>
/// <param name="Acknowledged">In the broker's hands: QoS 1 by its PUBACK, QoS 0 by the write to the socket.</param>
/// <param name="Stored">Waiting in the device, or sent and not acknowledged yet.</param>
/// <param name="Dropped">Given up knowingly: the oldest of a full store, refused by the broker, or QoS 0 without a connection.</param>
/// <param name="Lost">Swallowed by the fault of that name before the store (<see cref="FaultOptions.Loss"/>); 0 without it.</param>
public readonly record struct DeviceLedger(long Generated, long Acknowledged, long Stored, long Dropped, long Lost)
{
    public bool IsBalanced => Generated == Acknowledged + Stored + Dropped + Lost;

    public static DeviceLedger operator +(DeviceLedger a, DeviceLedger b) => new(
        a.Generated + b.Generated, a.Acknowledged + b.Acknowledged, a.Stored + b.Stored, a.Dropped + b.Dropped, a.Lost + b.Lost);

    public static DeviceLedger Add(DeviceLedger left, DeviceLedger right) => left + right;
}
