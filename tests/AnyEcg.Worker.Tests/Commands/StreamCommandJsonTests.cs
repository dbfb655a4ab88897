using System.Buffers;
using System.Text;
using System.Text.Json;
using AnyEcg.Alerts;
using AnyEcg.Engine;

namespace AnyEcg.Worker.Tests;

public sealed class StreamCommandJsonTests
{
    [Fact]
    public void Read_WhatWasWritten_IsTheSameInEveryField()
    {
        Random random = new(7);
        for (int i = 0; i < 2000; i++)
        {
            StreamCommand written = AnyCommand(random);
            StreamCommand read = StreamCommandJson.Read(Written(written));
            Assert.Equal(written with { Limits = null }, read with { Limits = null });
            Assert.Equal(JsonSerializer.Serialize(written.Limits), JsonSerializer.Serialize(read.Limits));
        }
    }

    [Fact]
    public void Read_EverySavedMember_IsWritten()
    {
        // A member added to the record without the codec would be lost at a restart.
        Assert.Equal(8, typeof(StreamCommand).GetProperties().Length);
        Assert.Equal(3, typeof(AlertAction).GetProperties().Length);
        Assert.Equal(13, typeof(AlertKindOptions).GetProperties().Length);
    }

    [Fact]
    public void Read_CutOrChangedBytes_IsTheSameActionOrRefused()
    {
        byte[] whole = Written(AnyCommand(new Random(8))).ToArray();
        for (int length = 0; length < whole.Length; length++)
        {
            Assert.Throws<InvalidDataException>(() => StreamCommandJson.Read(whole.AsMemory(0, length)));
        }

        Random random = new(9);
        for (int i = 0; i < 2000; i++)
        {
            byte[] changed = [.. whole];
            changed[random.Next(changed.Length)] ^= (byte)(1 << random.Next(8));
            try
            {
                Assert.NotNull(StreamCommandJson.Read(changed).Action.Operator);
            }
            catch (InvalidDataException)
            {
                continue;
            }
        }
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"kind":"Acknowledge","timeNs":1}""")]
    [InlineData("""{"kind":"Dance","operator":"n","timeNs":1}""")]
    [InlineData("""{"kind":"Pause","operator":null,"timeNs":1}""")]
    [InlineData("""{"kind":"Pause","operator":"n","timeNs":1,"alert":"Headache"}""")]
    [InlineData("""{"kind":"Limits","operator":"n","timeNs":1,"limits":{"asystole":{"headache":1}}}""")]
    public void Read_NoAction_IsRefused(string json) =>
        Assert.Throws<InvalidDataException>(() => StreamCommandJson.Read(Encoding.UTF8.GetBytes(json)));

    private static ReadOnlyMemory<byte> Written(StreamCommand command)
    {
        ArrayBufferWriter<byte> output = new();
        StreamCommandJson.Write(command, output);
        return output.WrittenMemory;
    }

    private static StreamCommand AnyCommand(Random random) => new()
    {
        Kind = (StreamCommandKind)random.Next(6),
        Action = new AlertAction($"nurse \"{random.Next()}\" 宿😀", random.Next(2) == 0 ? null : "seen\\", random.NextInt64()),
        AlertId = random.Next(2) == 0 ? Guid.Empty : new Guid(random.Next(), 0, 0, new byte[8]),
        Alert = random.Next(2) == 0 ? null : (AlertKind)random.Next(24),
        UntilNs = random.Next(2) == 0 ? 0 : random.NextInt64(),
        Limits = random.Next(3) == 0 ? null : Enumerable.Range(0, 24).Where(_ => random.Next(5) == 0).ToDictionary(k => (AlertKind)k, _ => AnyOptions(random)),
        Erase = random.Next(2) == 0,
        Source = random.Next(2) == 0 ? null : "mqtt",
    };

    private static AlertKindOptions AnyOptions(Random random) => new()
    {
        Enabled = Flag(random),
        Priority = random.Next(2) == 0 ? null : (AlertPriority)random.Next(4),
        Limit = random.Next(2) == 0 ? null : random.NextDouble() * 300,
        OffLimit = random.Next(2) == 0 ? null : random.NextDouble() / 3,
        Over = Count(random),
        OnSeconds = Count(random),
        OnOfSeconds = Count(random),
        OffSeconds = Count(random),
        OffOfSeconds = Count(random),
        RefractorySeconds = Count(random),
        UpdateSeconds = Count(random),
        Latching = Flag(random),
        EscalateSeconds = Count(random),
    };

    private static bool? Flag(Random random) => random.Next(3) switch { 0 => null, 1 => false, _ => true };

    private static int? Count(Random random) => random.Next(2) == 0 ? null : random.Next(86_401);
}
