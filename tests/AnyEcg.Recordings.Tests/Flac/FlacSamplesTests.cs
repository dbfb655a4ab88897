using FsCheck;
using FsCheck.Fluent;

namespace AnyEcg.Recordings.Tests;

public sealed class FlacSamplesTests
{
    [Fact]
    public void ReadSignal_AnySubframesChannelsAndBits_GivesTheSamplesBack()
    {
        Gen<(int Channels, int Bits, int[] Blocks, FlacKind[] Kinds, int Stereo, int Seed)> cases =
            from channels in Gen.Choose(1, 8)
            from bits in Gen.Elements(8, 16, 24)
            from count in Gen.Choose(1, 6)
            from blocks in Gen.Choose(16, 300).ArrayOf(count)
            from kinds in Gen.Elements(Enum.GetValues<FlacKind>()).ArrayOf(count)
            from stereo in Gen.Elements(0, 8, 9, 10)
            from seed in Gen.Choose(0, 1_000_000)
            select (channels, bits, blocks, kinds, channels == 2 ? stereo : 0, seed);
        Prop.ForAll(cases.ToArbitrary(), c =>
        {
            Random random = new(c.Seed);
            FlacFile file = new(c.Channels, c.Bits);
            List<double>[] expected = [.. Enumerable.Range(0, c.Channels).Select(_ => new List<double>())];
            for (int b = 0; b < c.Blocks.Length; b++)
            {
                int[][] block = Block(random, c.Channels, c.Bits, c.Blocks[b], c.Kinds[b] == FlacKind.Constant);
                file.Add(block, c.Kinds[b], c.Stereo);
                for (int s = 0; s < c.Channels; s++)
                {
                    expected[s].AddRange(block[s].Select(v => (double)v));
                }
            }

            using Recording record = Open(c.Channels, c.Bits, file.Write());
            for (int s = 0; s < c.Channels; s++)
            {
                Assert.Equal(expected[s], Records.ReadSignal(record, s, 97));
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(50));
    }

    [Fact]
    public void ReadSignal_Anywhere_GoesBackAndForth()
    {
        const int Frames = 150, Size = 200;
        Random random = new(3);
        FlacFile file = new(1, 16);
        List<double> all = [];
        for (int i = 0; i < Frames; i++)
        {
            int[][] block = Block(random, 1, 16, Size, false);
            file.Add(block, FlacKind.Fixed);
            all.AddRange(block[0].Select(v => (double)v));
        }

        using Recording record = Open(1, 16, file.Write());
        double[] part = new double[500];
        foreach (int first in (int[])[29_900, 0, 20_000, 8191, 8192, 12_800])
        {
            int got = record.ReadSignal(0, first, part);
            Assert.Equal(all.Skip(first).Take(500), part[..got]);
        }
    }

    [Theory]
    [InlineData(508, 8)]
    [InlineData(516, 16)]
    [InlineData(524, 24)]
    public void ReadSignal_LowestCode_MeansNoSample(int format, int bits)
    {
        int lowest = -(1 << (bits - 1));
        byte[] file = new FlacFile(1, bits).Add([[lowest, -lowest - 1, 0, .. new int[13]]], FlacKind.Verbatim).Write();
        using Recording record = Records.Open($"r 1 250 16\nr.dat {format}", file);

        Assert.Equal([double.NaN, -lowest - 1, 0], Records.ReadSignal(record, 0)[..3]);
    }

    [Fact]
    public void Signals_SeveralSamplesPerFrame_AreAChannelEach()
    {
        int[][] block = [[.. Enumerable.Range(0, 32)], [.. Enumerable.Range(100, 32)]];
        using Recording record = Records.Open("r 2 100 8\nr.dat 516x4\nr.dat 516x4", new FlacFile(2, 16).Add(block, FlacKind.Verbatim).Write());

        Assert.Equal((400, 32), (record.Format.SampleRateHz, record.SampleCount));
        Assert.Equal(block.Select(row => row.Select(v => (float)v)), Records.ReadAll(record));
    }

    [Theory]
    [InlineData("r 2 250\nr.dat 516\nr.dat 516", "1 channels of 16 bits; its header says 2 of 16")]
    [InlineData("r 1 250\nr.dat 508", "its header says 1 of 8")]
    [InlineData("r 1 250 999\nr.dat 516", "cut short")]
    [InlineData("r 1 250\nr.dat 516+4", "byte offset")]
    [InlineData("r 2 250\nr.dat 516\nr.dat 516x2", "as many samples per frame")]
    public void Open_HeaderMeansAnotherFile_SaysWhy(string header, string because)
    {
        byte[] file = new FlacFile(1, 16).Add([[.. new int[16]]], FlacKind.Verbatim).Write();

        Assert.Contains(because, Assert.Throws<RecordingFormatException>(() => Records.Open(header, file)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0L)]
    [InlineData((1L << 36) - 1)]
    public void Open_LengthThatCannotBe_IsRefused(long stated)
    {
        byte[] file = new FlacFile(1, 16).Add([[.. new int[16]]], FlacKind.Verbatim).Write(stated);

        Assert.Contains("samples, which is not so", Assert.Throws<RecordingFormatException>(() => Open(1, 16, file)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ReadSignal_AnyByteOfTheFramesChanged_IsCaughtByAChecksum()
    {
        byte[] whole = new FlacFile(2, 16).Add(Block(new Random(1), 2, 16, 64, false), FlacKind.Linear, 10).Write();
        for (int at = 42; at < whole.Length; at++)
        {
            byte[] bytes = [.. whole];
            bytes[at] ^= 0x10;
            using Recording record = Open(2, 16, bytes);
            Assert.Throws<RecordingFormatException>(() => record.ReadSignal(0, 0, new double[64]));
        }
    }

    [Fact]
    public void Open_AnyLengthAndByte_ReadsOrThrowsTheOneException()
    {
        byte[] whole = new FlacFile(2, 16).Add(Block(new Random(1), 2, 16, 64, false), FlacKind.Escaped).Write();
        Random random = new(9);
        for (int i = 0; i < 3000; i++)
        {
            byte[] bytes = [.. whole[..random.Next(whole.Length + 1)]];
            for (int change = random.Next(3); change > 0 && bytes.Length > 0; change--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            try
            {
                using Recording record = Open(2, 16, bytes);
                record.ReadSignal(1, 0, new double[64]);
            }
            catch (RecordingFormatException)
            {
                continue;
            }
        }
    }

    private static Recording Open(int channels, int bits, byte[] file) =>
        Records.Open($"r {channels} 250\n" + string.Concat(Enumerable.Repeat($"r.dat {500 + bits}\n", channels)), file);

    /// <summary>Slow waves and noise, now and then with unused low bits; not the lowest code, which means no sample.</summary>
    private static int[][] Block(Random random, int channels, int bits, int length, bool constant)
    {
        int half = 1 << (bits - 1), step = random.Next(4) == 0 ? 4 : 1;
        return [.. Enumerable.Range(0, channels).Select(_ =>
        {
            int level = random.Next(1 - half, half) / step * step;
            return Enumerable.Range(0, length).Select(i => constant
                ? level
                : Math.Clamp((int)(half * 0.9 * Math.Sin(i * 0.1)) + random.Next(-20, 20), 1 - half, half - 1) / step * step).ToArray();
        })];
    }
}
