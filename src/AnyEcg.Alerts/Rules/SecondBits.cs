using System.Numerics;

namespace AnyEcg.Alerts;

/// <summary>Which of the last 60 seconds of event time fulfilled something: one bit a second, seconds that were jumped over unset.</summary>
internal struct SecondBits
{
    private ulong bits;
    private long second;

    /// <summary>Takes the next second; seconds ascend.</summary>
    public void Push(long next, bool holds)
    {
        long step = next - second;
        bits = step is > 0 and < 64 ? bits << (int)step : 0;
        bits |= holds ? 1ul : 0;
        second = next;
    }

    public readonly int Count(int of) => BitOperations.PopCount(bits & Mask(of));

    /// <summary>The oldest second of the last <paramref name="of"/> that holds; there must be one.</summary>
    public readonly long Oldest(int of) => second - (63 - BitOperations.LeadingZeroCount(bits & Mask(of)));

    public void Clear() => bits = 0;

    private static ulong Mask(int of) => (1ul << of) - 1;
}
