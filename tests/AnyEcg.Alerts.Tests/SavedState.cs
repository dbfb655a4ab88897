using System.Buffers;
using AnyEcg.Signal;

namespace AnyEcg.Alerts.Tests;

/// <summary>Save and restore, as a snapshot does.</summary>
internal static class SavedState
{
    /// <summary>Carries the state of one object into another made with the same settings, which is returned.</summary>
    public static T Copy<T>(T from, T to)
        where T : IStateful
    {
        StateExchange state = StateExchange.Restore(Bytes(from));
        state.Object(to);
        state.Finish();
        return to;
    }

    public static byte[] Bytes(IStateful from)
    {
        ArrayBufferWriter<byte> saved = new();
        StateExchange.Save(saved).Object(from);
        return saved.WrittenSpan.ToArray();
    }
}
