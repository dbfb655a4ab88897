using System.Buffers.Binary;
using FsCheck.Fluent;

namespace AnyEcg.Protocol.Tests;

/// <summary>What is read and written many samples at a time is what one at a time gives, faults and their order included.</summary>
public sealed class SampleCodecTests
{
    private const int Rounds = 3000;

    [Fact]
    public void DeltaVarint_AnySteps_WritesAndReadsAsOneByOne() => ForAny(random =>
    {
        int leads = random.Next(1, 4);
        float[] samples = Walk(random, leads * random.Next(1, 60));
        samples = samples[..(samples.Length / leads * leads)];
        byte[] to = new byte[samples.Length * DeltaVarint.MaxBytes];
        byte[] written = to[..DeltaVarint.Write(new EcgSamples(samples, leads), to)];
        Assert.Equal(NaiveSamples.WriteDeltas(samples, leads), written);
        float[] read = new float[samples.Length];
        Assert.Equal(FrameRejection.None, DeltaVarint.Read(written, new EcgSamples(read, leads)));
        Assert.Equal(samples, read);
    });

    /// <summary>Bytes of a walk, some of them changed, cut short or added to: taken or refused for the same reason.</summary>
    [Fact]
    public void DeltaVarint_AnyBytes_JudgedAsOneByOne() => ForAny(random =>
    {
        float[] samples = Walk(random, random.Next(1, 60));
        byte[] bytes = NaiveSamples.WriteDeltas(samples, 1);
        for (int change = random.Next(4); change > 0; change--)
            bytes[random.Next(bytes.Length)] = (byte)(random.Next(2) * 0x80 | random.Next(0x100));
        byte[] message = [.. bytes.AsSpan(0, random.Next(4) == 0 ? random.Next(bytes.Length) : bytes.Length), .. new byte[random.Next(5) == 0 ? 1 : 0]];
        float[] fast = new float[samples.Length], naive = new float[samples.Length];
        FrameRejection expected = NaiveSamples.ReadDeltas(message, naive, 1);
        Assert.Equal(expected, DeltaVarint.Read(message, new EcgSamples(fast, 1)));
        if (expected == FrameRejection.None)
            Assert.Equal(naive, fast);
    });

    [Fact]
    public void FixedWidth_AnyBytes_ReadAsOneByOne() => ForAny(random =>
    {
        byte[] bytes = new byte[12 * random.Next(1, 20)];
        random.NextBytes(bytes);
        float[] shorts = new float[bytes.Length / 2], threes = new float[bytes.Length / 3];
        SamplePayload.ReadInt16(bytes, shorts);
        SamplePayload.ReadInt24(bytes, threes);
        Assert.Equal(Enumerable.Range(0, shorts.Length).Select(i => (float)BinaryPrimitives.ReadInt16LittleEndian(bytes.AsSpan(2 * i))), shorts);
        Assert.Equal(Enumerable.Range(0, threes.Length).Select(i => (float)(bytes[3 * i] | bytes[(3 * i) + 1] << 8 | (sbyte)bytes[(3 * i) + 2] << 16)), threes);
    });

    [Fact]
    public void Judge_AnySamples_AsOneByOne() => ForAny(random =>
    {
        float[] odd = [float.NaN, float.PositiveInfinity, 0.5f, -32_768, -32_769, 32_767, 32_768, -(1 << 23), (1 << 23) - 1, 1 << 23, 1 << 24, (1 << 24) + 2];
        float[] samples = Walk(random, random.Next(1, 60));
        for (int change = random.Next(3); change > 0; change--)
            samples[random.Next(samples.Length)] = odd[random.Next(odd.Length)];
        Assert.Equal(NaiveSamples.Judge(samples, short.MinValue, short.MaxValue, true), SamplePayload.JudgeIntegers(samples, short.MinValue, short.MaxValue));
        Assert.Equal(
            NaiveSamples.Judge(samples, FrameLimits.MinInteger, FrameLimits.MaxInteger, true),
            SamplePayload.JudgeIntegers(samples, FrameLimits.MinInteger, FrameLimits.MaxInteger));
        Assert.Equal(NaiveSamples.Judge(samples, -FrameLimits.MaxMagnitude, FrameLimits.MaxMagnitude, false), SamplePayload.JudgeFloats(samples));
    });

    /// <summary>Whole numbers within 24 bits: runs of small steps, among steps of any size up to the ends of the range.</summary>
    private static float[] Walk(Random random, int count)
    {
        float[] samples = new float[count];
        long value = random.Next(3) switch { 0 => 0, 1 => FrameLimits.MaxInteger - 100, _ => random.Next(FrameLimits.MinInteger, FrameLimits.MaxInteger) };
        int size = 6;
        for (int i = 0; i < count; i++)
        {
            if (random.Next(10) == 0)
                size = random.Next(1, 25);
            value = Math.Clamp(value + random.NextInt64(-(1L << size), 1L << size), FrameLimits.MinInteger, FrameLimits.MaxInteger);
            samples[i] = value;
        }

        return samples;
    }

    private static void ForAny(Action<Random> property) =>
        FsCheck.Check.One(
            FsCheck.Config.QuickThrowOnFailure.WithMaxTest(Rounds),
            Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed => property(new Random(seed))));
}
