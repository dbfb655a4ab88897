using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace AnyEcg.Protocol.Tests;

public sealed class IsoTimeTests
{
    [Theory]
    [InlineData("1970-01-01T00:00:00Z", 0L)]
    [InlineData("1970-01-01T00:00:01.5Z", 1_500_000_000L)]
    [InlineData("1970-01-01T00:00:00.123456789Z", 123_456_789L)]
    [InlineData("1969-12-31T23:59:59.999Z", -1_000_000L)]
    [InlineData("1970-01-01T02:00:00+02:00", 0L)]
    [InlineData("1969-12-31T18:30:00-05:30", 0L)]
    public void TryParse_Time_GivesNanoseconds(string text, long expected)
    {
        Assert.True(IsoTime.TryParse(Encoding.ASCII.GetBytes(text), out long ns));
        Assert.Equal(expected, ns);
    }

    [Theory]
    [InlineData("")]
    [InlineData("1970-01-01")]
    [InlineData("1970-01-01T00:00:00")]
    [InlineData("1970-01-01 00:00:00Z")]
    [InlineData("1970-13-01T00:00:00Z")]
    [InlineData("1970-01-01T00:00:61Z")]
    [InlineData("1970-01-01T00:00:00.Z")]
    [InlineData("1970-01-01T00:00:00.1234567890Z")]
    [InlineData("1970-01-01T00:00:00+0200")]
    [InlineData("1970-01-01T00:00:00+24:00")]
    [InlineData("1970-01-01T00:00:00Zx")]
    [InlineData("0001-01-01T00:00:00Z")]
    [InlineData("9999-01-01T00:00:00Z")]
    public void TryParse_AnythingElse_IsRefused(string text) => Assert.False(IsoTime.TryParse(Encoding.ASCII.GetBytes(text), out _));

    [Fact]
    public void Format_AnyTime_ParsesBackToItsMillisecond()
        => Prop.ForAll(ArbMap.Default.ArbFor<long>(), seed =>
        {
            long ns = (long)(new Random((int)seed).NextDouble() * 9e18) * (seed % 2 == 0 ? 1 : -1);
            bool good = IsoTime.TryParse(Encoding.ASCII.GetBytes(IsoTime.Format(ns)), out long back);
            return good && back <= ns && ns - back < 1_000_000 && back % 1_000_000 == 0;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void FromInstant_OffsetTime_IsUtc()
        => Assert.Equal(3_600_000_000_000, IsoTime.FromInstant(new DateTimeOffset(1970, 1, 1, 3, 0, 0, TimeSpan.FromHours(2))));
}
