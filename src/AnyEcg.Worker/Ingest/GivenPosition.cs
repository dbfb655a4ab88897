using System.Buffers.Text;
using AnyEcg.Mqtt;
using AnyEcg.Protocol;

namespace AnyEcg.Worker;

/// <summary>
/// Where a frame of a format without a sample count lies, from the user properties <c>first-sample</c> and <c>epoch</c> of its
/// message: for a gateway that can count. Both are decimal integers.
/// </summary>
/// <param name="FirstSample">Null: not said, the frame's time places it.</param>
/// <param name="Epoch">Null: the descriptor's.</param>
/// <param name="Bad">A value that is no such number; the frame is then refused.</param>
internal readonly record struct GivenPosition(long? FirstSample, uint? Epoch, bool Bad)
{
    public static GivenPosition Of(in MqttUserProperties properties)
    {
        bool bad = false;
        long? first = Number(properties, "first-sample"u8, FrameLimits.MaxFirstSample, ref bad);
        long? epoch = Number(properties, "epoch"u8, uint.MaxValue, ref bad);
        return new GivenPosition(first, (uint?)epoch, bad);
    }

    private static long? Number(in MqttUserProperties properties, ReadOnlySpan<byte> name, long max, ref bool bad)
    {
        if (!properties.TryGet(name, out ReadOnlySpan<byte> text))
        {
            return null;
        }

        bool good = Utf8Parser.TryParse(text, out long value, out int read) && read == text.Length && value >= 0 && value <= max;
        bad |= !good;
        return good ? value : null;
    }
}
