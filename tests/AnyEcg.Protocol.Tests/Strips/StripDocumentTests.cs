using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using AnyEcg.Alerts;
using FsCheck;
using FsCheck.Fluent;

namespace AnyEcg.Protocol.Tests;

public sealed class StripDocumentTests
{
    [Fact]
    public void TryParse_WhatWriteWrote_IsTheStrip()
    {
        EcgStrip strip = Strips.Rich();
        EcgStrip? read = StripDocument.TryParse(Bytes(strip));
        Assert.NotNull(read);
        Assert.Equal((strip.Key, strip.Range, strip.SampleRateHz, strip.StartNs), (read.Key, read.Range, read.SampleRateHz, read.StartNs));
        Assert.Equal(strip.Alerts.ToArray(), read.Alerts.ToArray());
        Assert.Equal(strip.Leads.Select(l => (l.Name, l.Mdc)), read.Leads.Select(l => (l.Name, l.Mdc)));
        Assert.All(strip.Leads.Zip(read.Leads), pair => Assert.Equal(pair.First.Off.ToArray(), pair.Second.Off.ToArray()));
        Assert.All(strip.Leads.Zip(read.Leads), pair => Assert.All(pair.First.Microvolts.Zip(pair.Second.Microvolts), v => Assert.True(
            v.First.Equals(v.Second) || Math.Abs(v.First - v.Second) < 0.006)));
    }

    [Fact]
    public void Write_AnyMicrovolts_ReadBackToAHundredth()
    {
        Prop.ForAll(Gen.ArrayOf(Gen.OneOf(Gen.Choose(-8_000_000, 8_000_000).Select(i => i / 100f), Gen.Constant(float.NaN))).Where(v => v.Length > 0).ToArbitrary(), values =>
        {
            float[] read = StripDocument.TryParse(Bytes(Strips.Of(values)))!.Leads[0].Microvolts;
            return values.Zip(read).All(v => float.IsNaN(v.First) ? float.IsNaN(v.Second) : Math.Abs(v.First - v.Second) <= 0.006f + (Math.Abs(v.First) * 1e-6f));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Write_AnyNames_ReadBack()
    {
        Prop.ForAll(HostileText.Arbitrary, text =>
        {
            EcgStrip read = StripDocument.TryParse(Bytes(Strips.Of([1, 2], name: text) with { Key = new(text, text) }))!;
            return read.Leads[0].Name == HostileText.Whole(text) && read.Key.Stream == HostileText.Whole(text);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Write_SmallStrip_IsTheExampleOfTheDocument()
    {
        EcgStrip strip = Strips.Of([-5, float.NaN, float.NaN, 1020.25f]) with
        {
            Alerts = [new StripAlert(Alerts.Asystole.AlertId, AlertKind.Asystole, 2500, 3500, null)],
        };
        strip = strip with { Leads = [strip.Leads[0] with { Off = [new StripSpan(2503, 2504)] }] };
        Assert.Contains(Compact(Encoding.UTF8.GetString(Bytes(strip))), Compact(RepositoryFiles.Protocol), StringComparison.Ordinal);
    }

    [Fact]
    public void Write_Gaps_AreNullAndNeverZero()
    {
        JsonNode document = JsonNode.Parse(Bytes(Strips.Rich()))!;
        JsonArray values = document["leads"]![0]!["microvolts"]!.AsArray();
        Assert.Equal(6000, values.Count);
        Assert.All(Enumerable.Range(2000, 500), i => Assert.Null(values[i]));
        Assert.Equal(500, values.Count(v => v is null));
    }

    [Fact]
    public void Write_NegativeZero_HasNoSign() => Assert.Contains("\"microvolts\":[0,0]", Encoding.UTF8.GetString(Bytes(Strips.Of([-0f, -0.001f]))), StringComparison.Ordinal);

    [Fact]
    public void Write_OrdinaryStrip_IsOfTheSizeStated()
    {
        Random random = new(11);
        float[] lead = [.. Enumerable.Range(0, 6000).Select(_ => (float)(random.Next(-300, 300) * 5))];
        Assert.InRange(Bytes(Strips.Of(lead)).Length / 6000.0, 4, 7);
        Assert.InRange(Bytes(Strips.Of([.. Enumerable.Repeat(-16_777_216e6f, 1000)])).Length / 1000.0, 4, 20);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("samples\":4", "samples\":5")]
    [InlineData("samples\":4", "samples\":700000000")]
    [InlineData("-5,", "\"x\",")]
    [InlineData("-5,", "1e300,")]
    [InlineData("250", "-1")]
    [InlineData("[2503,2504]", "[2504,2503]")]
    [InlineData("[2503,2504]", "[2504]")]
    [InlineData("asystole", "boredom")]
    [InlineData("2026-01", "2026-13")]
    [InlineData("\"leads\":[", "\"leads\":[1,")]
    public void TryParse_AnythingElse_IsNull(string good, string? bad = null)
    {
        EcgStrip strip = Strips.Of([-5, 2, 3, 4]) with { Alerts = [new StripAlert(Guid.Empty, AlertKind.Asystole, 2500, 3500, null)] };
        string text = Encoding.UTF8.GetString(Bytes(strip with { Leads = [strip.Leads[0] with { Off = [new StripSpan(2503, 2504)] }] }));
        Assert.NotNull(StripDocument.TryParse(Encoding.UTF8.GetBytes(text)));
        if (bad is not null)
            Assert.Contains(good, text, StringComparison.Ordinal);
        Assert.Null(StripDocument.TryParse(Encoding.UTF8.GetBytes(bad is null ? good : text.Replace(good, bad, StringComparison.Ordinal))));
    }

    private static byte[] Bytes(EcgStrip strip)
    {
        ArrayBufferWriter<byte> output = new();
        StripDocument.Write(strip, output);
        return output.WrittenSpan.ToArray();
    }

    private static string Compact(string text) => string.Concat(text.Where(c => !char.IsWhiteSpace(c)));
}
