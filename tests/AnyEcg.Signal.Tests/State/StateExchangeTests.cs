using System.Buffers;

namespace AnyEcg.Signal.Tests;

public sealed class StateExchangeTests
{
    private static ReadOnlyMemory<byte> Saved(Action<StateExchange> write)
    {
        ArrayBufferWriter<byte> bytes = new();
        write(StateExchange.Save(bytes));
        return bytes.WrittenMemory;
    }

    [Fact]
    public void Exchange_SavedAndRestored_GivesTheSameValues()
    {
        ReadOnlyMemory<byte> saved = Saved(s => Fields(s, 7, [1.5f, -2f], true, "dizzy", null));

        StateExchange restore = StateExchange.Restore(saved);
        (long number, float[] values, bool flag, string? text, string? none) = Fields(restore, 0, new float[2], false, null, "left");
        restore.Finish();

        Assert.Equal((7, true, "dizzy", (string?)null), (number, flag, text, none));
        Assert.Equal([1.5f, -2f], values);
    }

    [Fact]
    public void Exchange_CutAnywhere_IsRefused()
    {
        ReadOnlyMemory<byte> saved = Saved(s => Fields(s, 7, [1.5f, -2f], true, "dizzy", null));

        for (int length = 0; length < saved.Length; length++)
        {
            ReadOnlyMemory<byte> cut = saved[..length];
            Assert.Throws<InvalidDataException>(() => Fields(StateExchange.Restore(cut), 0, new float[2], false, null, null));
        }
    }

    [Fact]
    public void Finish_BytesLeftOver_IsRefused() =>
        Assert.Throws<InvalidDataException>(() => StateExchange.Restore(new byte[1]).Finish());

    [Fact]
    public void Value_NoTruthValue_IsRefused() =>
        Assert.Throws<InvalidDataException>(() =>
        {
            bool flag = false;
            StateExchange.Restore(new byte[] { 2 }).Value(ref flag);
        });

    [Theory]
    [InlineData(-1)]
    [InlineData(4)]
    public void Count_BeyondItsBounds_IsRefused(int count)
    {
        ReadOnlyMemory<byte> saved = Saved(s => s.Value(ref count));

        Assert.Throws<InvalidDataException>(() => StateExchange.Restore(saved).Count(0, 3));
    }

    [Fact]
    public void Within_OutsideItsBounds_IsRefused()
    {
        ReadOnlyMemory<byte> saved = Saved(s => s.Value(-1L));

        Assert.Equal(-1, StateExchange.Restore(saved).Within(0L, -1, 3));
        Assert.Throws<InvalidDataException>(() => StateExchange.Restore(saved).Within(0L, 0, 3));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(-3L)]
    public void Optional_SavedAndRestored_IsTheSame(long? value) =>
        Assert.Equal(value, StateExchange.Restore(Saved(s => s.Optional(value))).Optional<long>(77));

    [Fact]
    public void List_SavedAndRestored_ReplacesWhatWasThere()
    {
        ReadOnlyMemory<byte> saved = Saved(s => s.List([1, 2, 3], 3));

        List<int> list = [9, 9, 9, 9];
        StateExchange.Restore(saved).List(list, 3);

        Assert.Equal([1, 2, 3], list);
        Assert.Throws<InvalidDataException>(() => StateExchange.Restore(saved).List(list, 2));
    }

    [Fact]
    public void List_LongerThanItsBytes_IsRefusedBeforeRoomIsMade()
    {
        ReadOnlyMemory<byte> saved = Saved(s => s.Value(1 << 28));
        List<double> list = [];

        Assert.Throws<InvalidDataException>(() => StateExchange.Restore(saved).List(list, 1 << 28));
        Assert.Equal(0, list.Capacity);
    }

    [Fact]
    public void Setting_Other_IsRefused()
    {
        ReadOnlyMemory<byte> saved = Saved(s => s.Setting(250.0));

        StateExchange.Restore(saved).Setting(250.0);
        Assert.Throws<InvalidDataException>(() => StateExchange.Restore(saved).Setting(500.0));
    }

    [Fact]
    public void Require_WhatDoesNotHold_IsRefused() => Assert.Throws<InvalidDataException>(() => Saved(s => s.Require(false)));

    [Fact]
    public void Landmark_Other_IsRefused()
    {
        ReadOnlyMemory<byte> saved = Saved(s => s.Landmark(1));

        Assert.Throws<InvalidDataException>(() => StateExchange.Restore(saved).Landmark(2));
    }

    private static (long Number, float[] Values, bool Flag, string? Text, string? None) Fields(
        StateExchange state, long number, float[] values, bool flag, string? text, string? none)
    {
        state.Landmark(0xEC6);
        state.Value(ref number);
        float[] run = new float[state.Count(values.Length, 16)];
        values.CopyTo(run, 0);
        state.Values(run.AsSpan());
        state.Value(ref flag);
        state.Text(ref text);
        state.Text(ref none);
        return (number, run, flag, text, none);
    }
}
