using System.Buffers;

namespace AnyEcg.Signal.Tests;

/// <summary>States as bytes.</summary>
internal static class Saved
{
    public static byte[] Bytes(IStateful from)
    {
        ArrayBufferWriter<byte> bytes = new();
        StateExchange.Save(bytes).Object(from);
        return bytes.WrittenSpan.ToArray();
    }

    /// <summary>Restores all of the bytes into an object that was made with the same settings.</summary>
    public static T Into<T>(ReadOnlyMemory<byte> saved, T target)
        where T : IStateful
    {
        StateExchange state = StateExchange.Restore(saved);
        state.Object(target);
        state.Finish();
        return target;
    }
}
