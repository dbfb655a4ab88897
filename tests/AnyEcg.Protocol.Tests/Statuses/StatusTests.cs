using System.Buffers;
using System.Text;

namespace AnyEcg.Protocol.Tests;

public sealed class StatusTests
{
    [Theory]
    [InlineData(DeviceState.Online, 0u, null)]
    [InlineData(DeviceState.Offline, 0u, 0)]
    [InlineData(DeviceState.LeadOff, 0x8003u, 100)]
    public void DeviceStatus_Written_ReadsBack(DeviceState state, uint leadOff, int? battery)
    {
        DeviceStatus status = new(state, leadOff, battery);
        ArrayBufferWriter<byte> output = new();
        status.Write(output);
        Assert.Equal(DocumentRejection.None, DeviceStatus.TryParse(output.WrittenMemory, out DeviceStatus? read));
        Assert.Equal(status, read);
    }

    [Theory]
    [InlineData("online", DocumentRejection.BadJson)]
    [InlineData("\"online\"", DocumentRejection.BadJson)]
    [InlineData("{}", DocumentRejection.BadField)]
    [InlineData("""{"state":"asleep"}""", DocumentRejection.BadField)]
    [InlineData("""{"state":1}""", DocumentRejection.BadField)]
    [InlineData("""{"state":"online","battery":101}""", DocumentRejection.BadField)]
    [InlineData("""{"state":"online","leadOff":3}""", DocumentRejection.BadField)]
    [InlineData("""{"state":"online","leadOff":[16]}""", DocumentRejection.BadField)]
    [InlineData("""{"state":"online","state":"offline"}""", DocumentRejection.BadJson)]
    public void DeviceStatus_Faulty_IsRefusedWithItsReason(string json, DocumentRejection expected)
    {
        Assert.Equal(expected, DeviceStatus.TryParse(Encoding.UTF8.GetBytes(json), out DeviceStatus? read));
        Assert.Null(read);
    }

    [Fact]
    public void AnyDocument_AboveTheLimit_IsTooLarge()
    {
        byte[] large = new byte[StatusJson.MaxBytes + 1];
        Assert.Equal(DocumentRejection.TooLarge, DeviceStatus.TryParse(large, out _));
        Assert.Equal(DocumentRejection.TooLarge, WorkerStatus.TryParse(large, out _));
        Assert.Equal(DocumentRejection.TooLarge, PatientMark.TryParse(large, out _));
    }

    [Theory]
    [InlineData(WorkerState.Up, "{\"workerId\":\"w1\",\"state\":\"up\",\"time\":\"2026-01-02T03:04:05.000Z\",\"version\":\"0.1.0\",\"groups\":[\"a\",\"b\"],\"modelId\":\"m\",\"engine\":\"cpu\",\"streams\":3}")]
    [InlineData(WorkerState.Draining, "{\"workerId\":\"w1\",\"state\":\"draining\",\"time\":\"2026-01-02T03:04:05.000Z\",\"version\":\"0.1.0\",\"groups\":[\"a\",\"b\"],\"modelId\":\"m\",\"engine\":\"cpu\",\"streams\":3}")]
    public void WorkerStatus_Written_ReadsBack(WorkerState state, string json)
    {
        WorkerStatus status = new()
        {
            WorkerId = "w1",
            State = state,
            TimeNs = Alerts.EpochNs,
            Version = "0.1.0",
            Groups = ["a", "b"],
            ModelId = "m",
            Engine = "cpu",
            Streams = 3,
        };
        ArrayBufferWriter<byte> output = new();
        status.Write(output);
        Assert.Equal(json, Encoding.UTF8.GetString(output.WrittenSpan));
        Assert.Equal(DocumentRejection.None, WorkerStatus.TryParse(output.WrittenMemory, out WorkerStatus? read));
        Assert.Equal(status.Groups.ToArray(), read!.Groups.ToArray());
        Assert.Equal(status, read with { Groups = status.Groups });
    }

    [Fact]
    public void WorkerStatus_Will_HasNoTime()
    {
        ArrayBufferWriter<byte> output = new();
        new WorkerStatus { WorkerId = "w1", State = WorkerState.Down }.Write(output);
        Assert.Equal("""{"workerId":"w1","state":"down","groups":[]}""", Encoding.UTF8.GetString(output.WrittenSpan));
        Assert.Equal(DocumentRejection.None, WorkerStatus.TryParse(output.WrittenMemory, out WorkerStatus? read));
        Assert.Null(read!.TimeNs);
    }

    [Theory]
    [InlineData("""{"workerId":"w"}""")]
    [InlineData("""{"state":"up"}""")]
    [InlineData("""{"workerId":"w","state":"up","time":"now"}""")]
    [InlineData("""{"workerId":"w","state":"up","time":"é"}""")]
    [InlineData("""{"workerId":"w","state":"up","groups":"all"}""")]
    [InlineData("""{"workerId":"w","state":"up","groups":[1]}""")]
    [InlineData("""{"workerId":"w","state":"up","streams":-1}""")]
    public void WorkerStatus_Faulty_IsABadField(string json)
        => Assert.Equal(DocumentRejection.BadField, WorkerStatus.TryParse(Encoding.UTF8.GetBytes(json), out _));

    [Fact]
    public void PatientMark_EmptyOrFull_IsRead()
    {
        Assert.Equal(DocumentRejection.None, PatientMark.TryParse(default, out PatientMark? empty));
        Assert.Equal(new PatientMark(), empty);
        Assert.Equal(DocumentRejection.None, PatientMark.TryParse(
            """{"epoch":4,"sample":90000,"time":"2026-01-02T03:04:05Z","text":"dizzy"}"""u8.ToArray(), out PatientMark? mark));
        Assert.Equal(new PatientMark(4, 90_000, Alerts.EpochNs, "dizzy"), mark);
    }

    [Theory]
    [InlineData("now", DocumentRejection.BadJson)]
    [InlineData("""{"epoch":-1}""", DocumentRejection.BadField)]
    [InlineData("""{"sample":-1}""", DocumentRejection.BadField)]
    [InlineData("""{"time":5}""", DocumentRejection.BadField)]
    [InlineData("""{"text":5}""", DocumentRejection.BadField)]
    public void PatientMark_Faulty_IsRefused(string json, DocumentRejection expected)
        => Assert.Equal(expected, PatientMark.TryParse(Encoding.UTF8.GetBytes(json), out _));

    [Fact]
    public void PatientMark_LongText_IsABadField()
        => Assert.Equal(DocumentRejection.BadField, PatientMark.TryParse(Encoding.UTF8.GetBytes($$"""{"text":"{{new string('x', 201)}}"}"""), out _));
}
