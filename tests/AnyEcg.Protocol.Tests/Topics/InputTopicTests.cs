using AnyEcg.Signal;

namespace AnyEcg.Protocol.Tests;

public sealed class InputTopicTests
{
    [Theory]
    [InlineData("ecg/v1/demo/p1/meta", InputKind.Meta)]
    [InlineData("ecg/v1/demo/p1/frame", InputKind.Frame)]
    [InlineData("ecg/v1/demo/p1/status", InputKind.Status)]
    [InlineData("ecg/v1/demo/p1/mark", InputKind.Mark)]
    [InlineData("anyecg/v1/demo/p1/cmd", InputKind.Command)]
    public void TryParse_InputTopic_NamesStreamAndKind(string topic, InputKind kind)
    {
        Assert.Equal(TopicRejection.None, InputTopic.TryParse(topic, out InputTopic parsed));
        Assert.Equal(new InputTopic(new StreamKey("demo", "p1"), kind), parsed);
    }

    [Theory]
    [InlineData("", TopicRejection.LevelCount)]
    [InlineData("ecg/v1/demo/p1", TopicRejection.LevelCount)]
    [InlineData("ecg/v1/demo/p1/frame/", TopicRejection.LevelCount)]
    [InlineData("ecg/v1/demo/p1/frame/x/y", TopicRejection.LevelCount)]
    [InlineData("/ecg/v1/demo/frame", TopicRejection.UnknownPrefix)]
    [InlineData("ecg/v2/demo/p1/frame", TopicRejection.UnknownPrefix)]
    [InlineData("ECG/v1/demo/p1/frame", TopicRejection.UnknownPrefix)]
    [InlineData("ecg/v1/demo/p1/cmd", TopicRejection.UnknownKind)]
    [InlineData("ecg/v1/demo/p1/Frame", TopicRejection.UnknownKind)]
    [InlineData("anyecg/v1/demo/p1/alert", TopicRejection.UnknownKind)]
    [InlineData("anyecg/v1/demo/p1/frame", TopicRejection.UnknownKind)]
    [InlineData("ecg/v1//p1/frame", TopicRejection.EmptyLevel)]
    [InlineData("ecg/v1/demo//frame", TopicRejection.EmptyLevel)]
    [InlineData("ecg/v1/+/p1/frame", TopicRejection.BadCharacter)]
    [InlineData("ecg/v1/demo/#/frame", TopicRejection.BadCharacter)]
    [InlineData("ecg/v1/demo/a\0b/frame", TopicRejection.BadCharacter)]
    [InlineData("ecg/v1/demo/a\nb/frame", TopicRejection.BadCharacter)]
    [InlineData("ecg/v1/demo/a\u0085b/frame", TopicRejection.BadCharacter)]
    [InlineData("ecg/v1/_worker/p1/frame", TopicRejection.ReservedGroup)]
    public void TryParse_AnythingElse_IsRefusedWithItsReason(string topic, TopicRejection expected)
    {
        Assert.Equal(expected, InputTopic.TryParse(topic, out InputTopic parsed));
        Assert.Equal(default, parsed);
    }

    [Fact]
    public void TryParse_LoneSurrogate_IsABadCharacterAndAPairIsNot()
    {
        Assert.Equal(TopicRejection.BadCharacter, InputTopic.TryParse($"ecg/v1/demo/{'\ud83d'}/frame", out _));
        Assert.Equal(TopicRejection.BadCharacter, InputTopic.TryParse($"ecg/v1/demo/{'\ude00'}x/frame", out _));
        Assert.Equal(TopicRejection.None, InputTopic.TryParse("ecg/v1/demo/\ud83d\ude00/frame", out _));
    }

    [Fact]
    public void TryParse_LevelAtTheLimit_IsTakenAndOneMoreIsNot()
    {
        Assert.Equal(TopicRejection.None, InputTopic.TryParse($"ecg/v1/{new string('g', 64)}/{new string('s', 64)}/frame", out _));
        Assert.Equal(TopicRejection.LevelTooLong, InputTopic.TryParse($"ecg/v1/{new string('g', 65)}/s/frame", out _));
        Assert.Equal(TopicRejection.LevelTooLong, InputTopic.TryParse($"ecg/v1/g/{new string('s', 65)}/frame", out _));
    }
}
