using System.Buffers;
using System.Text;
using AnyEcg.Signal;

namespace AnyEcg.Protocol.Tests;

public sealed class DescriptorJsonTests
{
    private static readonly StreamDescriptor Full = new()
    {
        SampleRateHz = 257.5,
        Leads = [LeadDescriptor.Of(Lead.II), new("MLII"), new("lead \"x\"")],
        MicrovoltsPerLsb = [5, 2.5, 1],
        Baseline = [1024, 0, -3],
        AdcRange = [(0, 2047), (-100, 100), (-1, 1)],
        Epoch = uint.MaxValue,
        Clock = ClockKind.Synchronised,
        Mains = MainsFrequency.Hz60,
        ContentType = NativeFrameCodec.ContentType,
        Age = 81,
        Sex = WearerSex.Other,
    };

    [Fact]
    public void TryParse_WhatWriteWrote_GivesTheSameDescriptor()
    {
        StreamDescriptor read = Read(Full);
        Assert.Equal(Full.Leads.ToArray(), read.Leads.ToArray());
        Assert.Equal(Full.MicrovoltsPerLsb.ToArray(), read.MicrovoltsPerLsb.ToArray());
        Assert.Equal(Full.Baseline.ToArray(), read.Baseline.ToArray());
        Assert.Equal(Full.AdcRange!.Value.ToArray(), read.AdcRange!.Value.ToArray());
        Assert.Equal(Full, read with { Leads = Full.Leads, MicrovoltsPerLsb = Full.MicrovoltsPerLsb, Baseline = Full.Baseline, AdcRange = Full.AdcRange });
    }

    [Fact]
    public void ToStreamFormat_OneValueForAllLeads_IsGivenToEach()
    {
        StreamFormat format = Read(new StreamDescriptor
        {
            SampleRateHz = 250,
            Leads = [new("I"), new("unheard of"), new("whatever", 131_074)],
            MicrovoltsPerLsb = [4.88],
            AdcRange = [(-2048, 2047)],
            Mains = MainsFrequency.Hz50,
        }).ToStreamFormat();
        Assert.Equal([Lead.I, Lead.Unknown, Lead.II], format.Leads.Leads.ToArray());
        Assert.Equal([4.88, 4.88, 4.88], format.MicrovoltsPerLsb.ToArray());
        Assert.Equal([0d, 0, 0], format.Baseline.ToArray());
        Assert.Equal(3, format.AdcRange!.Value.Length);
        Assert.Equal(MainsFrequency.Hz50, format.Mains);
    }

    [Fact]
    public void TryParse_LeastDescriptor_HasTheDocumentedDefaults()
    {
        Assert.Equal(DescriptorRejection.None, Parse("""{"sampleRateHz":250,"leads":["II"],"microvoltsPerLsb":1,"firmware":{"x":1}}""", out StreamDescriptor? read));
        Assert.Equal(Lead.II, read!.Leads[0].Lead);
        Assert.Equal((0u, ClockKind.None, MainsFrequency.Off, null), (read.Epoch, read.Clock, read.Mains, read.ContentType));
        Assert.Null(read.ToStreamFormat().AdcRange);
    }

    [Theory]
    [InlineData("sampleRateHz", "0", DescriptorRejection.SampleRate)]
    [InlineData("sampleRateHz", "99.9", DescriptorRejection.SampleRate)]
    [InlineData("sampleRateHz", "1000.1", DescriptorRejection.SampleRate)]
    [InlineData("sampleRateHz", "1e999", DescriptorRejection.SampleRate)]
    [InlineData("sampleRateHz", "\"NaN\"", DescriptorRejection.SampleRate)]
    [InlineData("leads", "[]", DescriptorRejection.LeadCount)]
    [InlineData("leads", "[\"\"]", DescriptorRejection.LeadName)]
    [InlineData("leads", "[\"a\\u0007\"]", DescriptorRejection.LeadName)]
    [InlineData("leads", "[\"123456789012345678901234567890123\"]", DescriptorRejection.LeadName)]
    [InlineData("leads", "[{\"name\":\"V1\",\"mdc\":131073}]", DescriptorRejection.LeadConflict)]
    [InlineData("leads", "[{\"mdc\":131073}]", DescriptorRejection.BadJson)]
    [InlineData("leads", "[7]", DescriptorRejection.BadJson)]
    [InlineData("leads", "\"II\"", DescriptorRejection.BadJson)]
    [InlineData("microvoltsPerLsb", "0", DescriptorRejection.Gain)]
    [InlineData("microvoltsPerLsb", "-1", DescriptorRejection.Gain)]
    [InlineData("microvoltsPerLsb", "1e7", DescriptorRejection.Gain)]
    [InlineData("microvoltsPerLsb", "[1,2]", DescriptorRejection.Gain)]
    [InlineData("microvoltsPerLsb", "[]", DescriptorRejection.Gain)]
    [InlineData("microvoltsPerLsb", "[\"1\"]", DescriptorRejection.Gain)]
    [InlineData("baseline", "1e30", DescriptorRejection.Baseline)]
    [InlineData("baseline", "null", DescriptorRejection.Baseline)]
    [InlineData("baseline", "[1,2]", DescriptorRejection.Baseline)]
    [InlineData("adcMin", "0", DescriptorRejection.AdcRange)]
    [InlineData("adcMax", "[0]", DescriptorRejection.AdcRange)]
    [InlineData("adcMin", "5,\"adcMax\":5", DescriptorRejection.AdcRange)]
    [InlineData("adcMin", "[0,0],\"adcMax\":5", DescriptorRejection.AdcRange)]
    [InlineData("mains", "55", DescriptorRejection.Mains)]
    [InlineData("mains", "\"50\"", DescriptorRejection.Mains)]
    [InlineData("clock", "\"sundial\"", DescriptorRejection.Clock)]
    [InlineData("contentType", "\"text/plain\"", DescriptorRejection.ContentType)]
    [InlineData("contentType", "1", DescriptorRejection.ContentType)]
    [InlineData("age", "-1", DescriptorRejection.Age)]
    [InlineData("age", "131", DescriptorRejection.Age)]
    [InlineData("sex", "\"yes\"", DescriptorRejection.Sex)]
    [InlineData("epoch", "4294967296", DescriptorRejection.BadJson)]
    [InlineData("epoch", "1,\"epoch\":1", DescriptorRejection.BadJson)]
    public void TryParse_FaultyField_IsRefusedWithItsReason(string field, string value, DescriptorRejection expected)
    {
        Dictionary<string, string> fields = new() { ["sampleRateHz"] = "250", ["leads"] = "[\"II\"]", ["microvoltsPerLsb"] = "1" };
        fields[field] = value;
        string json = "{" + string.Join(',', fields.Select(f => $"\"{f.Key}\":{f.Value}")) + "}";
        Assert.Equal(expected, Parse(json, out StreamDescriptor? read));
        Assert.Null(read);
    }

    [Theory]
    [InlineData("sampleRateHz", DescriptorRejection.SampleRate)]
    [InlineData("leads", DescriptorRejection.BadJson)]
    [InlineData("microvoltsPerLsb", DescriptorRejection.Gain)]
    public void TryParse_MissingField_IsRefused(string field, DescriptorRejection expected)
    {
        Dictionary<string, string> fields = new() { ["sampleRateHz"] = "250", ["leads"] = "[\"II\"]", ["microvoltsPerLsb"] = "1" };
        fields.Remove(field);
        Assert.Equal(expected, Parse("{" + string.Join(',', fields.Select(f => $"\"{f.Key}\":{f.Value}")) + "}", out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{")]
    public void TryParse_NoObject_IsBadJson(string json) => Assert.Equal(DescriptorRejection.BadJson, Parse(json, out _));

    [Fact]
    public void TryParse_AboveTheLimit_IsTooLarge()
        => Assert.Equal(DescriptorRejection.TooLarge, DescriptorJson.TryParse(new byte[DescriptorJson.MaxBytes + 1], out _));

    [Fact]
    public void ToStreamFormat_InvalidDescriptor_Throws()
    {
        Assert.Throws<InvalidOperationException>(() => (Full with { SampleRateHz = double.NaN }).ToStreamFormat());
        Assert.Equal(DescriptorRejection.Gain, (Full with { MicrovoltsPerLsb = [double.NaN, 1, 1] }).Validate());
        Assert.Equal(DescriptorRejection.Baseline, (Full with { Baseline = [double.NaN] }).Validate());
        Assert.Equal(DescriptorRejection.LeadCount, (Full with { Leads = default }).Validate());
        Assert.Equal(DescriptorRejection.Mains, (Full with { Mains = (MainsFrequency)1 }).Validate());
    }

    private static StreamDescriptor Read(StreamDescriptor written)
    {
        ArrayBufferWriter<byte> output = new();
        DescriptorJson.Write(written, output);
        Assert.Equal(DescriptorRejection.None, DescriptorJson.TryParse(output.WrittenMemory, out StreamDescriptor? read));
        return read!;
    }

    private static DescriptorRejection Parse(string json, out StreamDescriptor? descriptor)
        => DescriptorJson.TryParse(Encoding.UTF8.GetBytes(json), out descriptor);
}
