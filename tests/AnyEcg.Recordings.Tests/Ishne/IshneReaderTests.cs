using AnyEcg.Signal;
using FsCheck;
using FsCheck.Fluent;

namespace AnyEcg.Recordings.Tests;

public sealed class IshneReaderTests
{
    private static readonly int[] Samples = [1, -2, 3, -32768, -5, 6];

    [Fact]
    public void Read_ThreeLeads_GivesSamplesLeadsAndScale()
    {
        using Recording record = Open(IshneFile.Write([6, 13, 0], [2500, 1000, 5000], Samples, variable: "anything"));

        Assert.Equal([[1, float.NaN], [-2, -5], [3, 6]], Records.ReadAll(record));
        Assert.Equal([Lead.II, Lead.V3, Lead.Unknown], record.Format.Leads.Leads.ToArray());
        Assert.Equal([2.5, 1, 5], record.Format.MicrovoltsPerLsb.Select(step => Math.Round(step, 9)));
        Assert.Equal((200, "ISHNE"), (record.Format.SampleRateHz, record.Info.Kind));
        Assert.Equal(new DateTime(2020, 2, 2, 23, 59, 58, DateTimeKind.Unspecified), record.Info.StartTime);
        Assert.Equal(new Patient(69, Sex.Female), record.Info.Patient);
        Assert.Empty(record.Warnings);
    }

    [Fact]
    public void Read_AnyLeadsAndSamples_GivesThemBack()
    {
        Gen<(int Leads, int Frames, int Block, int Seed)> cases =
            from leads in Gen.Choose(1, 12)
            from frames in Gen.Choose(1, 200)
            from block in Gen.Choose(1, 300)
            from seed in Gen.Choose(0, 1_000_000)
            select (leads, frames, block, seed);
        Prop.ForAll(cases.ToArbitrary(), c =>
        {
            Random random = new(c.Seed);
            int[] samples = [.. Enumerable.Range(0, c.Leads * c.Frames).Select(_ => random.Next(-32767, 32768))];
            using Recording record = Open(IshneFile.Write([.. Enumerable.Repeat(6, c.Leads)], [.. Enumerable.Repeat(1000, c.Leads)], samples));
            for (int lead = 0; lead < c.Leads; lead++)
            {
                Assert.Equal(Enumerable.Range(0, c.Frames).Select(i => (double)samples[(i * c.Leads) + lead]), Records.ReadSignal(record, lead, c.Block));
            }
        }).QuickCheckThrowOnFailure();
    }

    /// <summary>Recorders write samples of one lead or of all; both are taken, by the file's length.</summary>
    [Theory]
    [InlineData(2, 2, 0)]
    [InlineData(6, 2, 0)]
    [InlineData(1, 1, 1)]
    public void SampleCount_PerLeadOrInAll_IsTheSame(int stated, int count, int warnings)
    {
        using Recording record = Open(IshneFile.Write([5, 6, 7], [1000, 1000, 1000], Samples, sampleCount: stated));

        Assert.Equal((count, warnings), (record.SampleCount, record.Warnings.Count));
    }

    [Fact]
    public void Crc_CheckValue_IsThatOfTheCatalogue() => Assert.Equal(0x29b1, Crc16.Compute("123456789"u8));

    [Fact]
    public void Open_ChecksumOverTheFixedHeaderOrNone_IsTaken()
    {
        byte[] bytes = IshneFile.Write([6], [1000], Samples, variable: "block");
        IshneFile.Sign(bytes, 512);
        using (Recording record = Open(bytes))
        {
            Assert.Empty(record.Warnings);
        }

        (bytes[8], bytes[9]) = (0, 0);
        using Recording unsigned = Open(bytes);
        Assert.Contains("no checksum", Assert.Single(unsigned.Warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(30, 1, "byte 8")]
    [InlineData(13, 0x80, "variable block")]
    [InlineData(22, 0, "offset of the ECG")]
    [InlineData(156, 13, "number of leads")]
    [InlineData(207, 0x80, "resolution of lead 0")]
    [InlineData(273, 0x80, "sampling rate")]
    [InlineData(17, 0x7f, "cut short")]
    public void Open_DamagedHeader_SaysWhy(int at, byte value, string because)
    {
        byte[] bytes = IshneFile.Write([6], [1000], Samples);
        bytes[at] = value;
        if (at != 30)
        {
            IshneFile.Sign(bytes, 512);
        }

        string message = Assert.Throws<RecordingFormatException>(() => Open(bytes)).Message;

        Assert.Contains("h.ecg", message, StringComparison.Ordinal);
        Assert.Contains(because, message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_AnyLength_ReadsOrThrowsTheOneException()
    {
        byte[] bytes = IshneFile.Write([6, 7], [1000, 1000], Samples, variable: "v");
        for (int length = 0; length < bytes.Length; length++)
        {
            Assert.Throws<RecordingFormatException>(() => Open(bytes[..length]));
        }
    }

    private static Recording Open(byte[] bytes) => new(new IshneReader(new MemoryStream(bytes), "h.ecg"));
}
