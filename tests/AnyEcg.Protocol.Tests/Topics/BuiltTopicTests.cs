using AnyEcg.Signal;

namespace AnyEcg.Protocol.Tests;

public sealed class BuiltTopicTests
{
    private static readonly StreamKey Key = new("ward", "p1");

    [Fact]
    public void DeviceTopics_Built_ParseBackToWhatTheyName()
    {
        (string Topic, InputKind Kind)[] all =
        [
            (DeviceTopics.Meta(Key), InputKind.Meta),
            (DeviceTopics.Frame(Key), InputKind.Frame),
            (DeviceTopics.Status(Key), InputKind.Status),
            (DeviceTopics.Mark(Key), InputKind.Mark),
            (DeviceTopics.Command(Key), InputKind.Command),
        ];
        foreach ((string topic, InputKind kind) in all)
        {
            Assert.Equal(TopicRejection.None, InputTopic.TryParse(topic, out InputTopic parsed));
            Assert.Equal(new InputTopic(Key, kind), parsed);
        }
    }

    [Fact]
    public void OutputTopics_Built_AreThoseOfTheDocument()
    {
        Guid id = new("0f0f0f0f-0000-5000-8000-000000000001");
        Assert.Equal("anyecg/v1/ward/p1/alert", OutputTopics.Alert(Key));
        Assert.Equal("anyecg/v1/ward/p1/alert/0f0f0f0f-0000-5000-8000-000000000001", OutputTopics.AlertState(Key, id));
        Assert.Equal("anyecg/v1/ward/p1/rhythm", OutputTopics.Rhythm(Key));
        Assert.Equal("anyecg/v1/_worker/w1/status", OutputTopics.WorkerStatus("w1"));
        Assert.Equal("anyecg/v1/_worker/w1/alert", OutputTopics.WorkerAlert("w1"));
        Assert.Equal("anyecg/v1/_worker/w1/alert/0f0f0f0f-0000-5000-8000-000000000001", OutputTopics.WorkerAlertState("w1", id));
        Assert.StartsWith(OutputTopics.Everything[..^1], OutputTopics.Rhythm(Key), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a/b", "s")]
    [InlineData("_worker", "s")]
    [InlineData("g", "+")]
    [InlineData("g", "")]
    public void Topics_OfBadNames_Throw(string group, string stream)
    {
        StreamKey key = new(group, stream);
        Assert.Throws<ArgumentException>(() => DeviceTopics.Frame(key));
        Assert.Throws<ArgumentException>(() => OutputTopics.Rhythm(key));
    }

    [Fact]
    public void WorkerTopics_BadName_Throw()
    {
        Assert.Throws<ArgumentException>(() => OutputTopics.WorkerStatus("#"));
        Assert.Throws<ArgumentException>(() => OutputTopics.WorkerAlert("a/b"));
    }

    [Fact]
    public void For_NoGroups_SubscribesToAllWithDescriptorsFirst()
    {
        IReadOnlyList<SubscriptionFilter> filters = SubscriptionFilter.For([]);
        Assert.Equal(
            ["ecg/v1/+/+/meta", "ecg/v1/+/+/frame", "ecg/v1/+/+/status", "ecg/v1/+/+/mark", "anyecg/v1/+/+/cmd"],
            filters.Select(f => f.Filter));
    }

    [Fact]
    public void For_Groups_SubscribesToEachOnce()
    {
        IReadOnlyList<SubscriptionFilter> filters = SubscriptionFilter.For(["a", "b", "a"]);
        Assert.Equal(10, filters.Count);
        Assert.Contains(new SubscriptionFilter(InputKind.Frame, "ecg/v1/b/+/frame"), filters);
        Assert.Throws<ArgumentException>(() => SubscriptionFilter.For(["a/b"]));
        Assert.Throws<ArgumentException>(() => SubscriptionFilter.For(["#"]));
    }
}
