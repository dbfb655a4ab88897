using FsCheck.Fluent;

namespace AnyEcg.Mqtt.Tests;

public sealed class MqttTopicTests
{
    [Theory]
    [InlineData("a/b", true)]
    [InlineData("#", true)]
    [InlineData("+", true)]
    [InlineData("+/a/#", true)]
    [InlineData("/", true)]
    [InlineData("a//b", true)]
    [InlineData("", false)]
    [InlineData("a#", false)]
    [InlineData("#/a", false)]
    [InlineData("a/#/b", false)]
    [InlineData("a+/b", false)]
    [InlineData("a/+b", false)]
    [InlineData("a\0b", false)]
    public void IsValidFilter_KnownCases_Decides(string filter, bool valid) => Assert.Equal(valid, MqttTopic.IsValidFilter(filter));

    [Fact]
    public void IsValidName_Length_IsCountedInBytes()
    {
        Assert.True(MqttTopic.IsValidName(new string('a', 65_535)));
        Assert.False(MqttTopic.IsValidName(new string('a', 65_536)));
        Assert.False(MqttTopic.IsValidName(new string('ü', 40_000)));
        Assert.False(MqttTopic.IsValidFilter(new string('ü', 40_000)));
    }

    [Theory]
    [InlineData("sport/tennis/player1/#", "sport/tennis/player1", true)]
    [InlineData("sport/tennis/player1/#", "sport/tennis/player1/ranking", true)]
    [InlineData("sport/#", "sport", true)]
    [InlineData("#", "sport", true)]
    [InlineData("sport/+", "sport", false)]
    [InlineData("sport/+", "sport/", true)]
    [InlineData("+/+", "/finance", true)]
    [InlineData("/+", "/finance", true)]
    [InlineData("+", "/finance", false)]
    [InlineData("#", "$SYS/x", false)]
    [InlineData("+/x", "$SYS/x", false)]
    [InlineData("$SYS/#", "$SYS/x", true)]
    [InlineData("$SYS/+", "$SYS/x", true)]
    [InlineData("a/+/c", "a/b/c", true)]
    [InlineData("a/+/c", "a/b/d", false)]
    [InlineData("a/b", "a/b/c", false)]
    [InlineData("a/b/c", "a/b", false)]
    public void Matches_CasesOfTheStandard_Decides(string filter, string name, bool matches) =>
        Assert.Equal(matches, MqttTopic.Matches(filter, name));

    [Fact]
    public void Trie_AnyFiltersAndNames_AgreesWithMatches() => Generators.Check(
        from filters in Generators.Path("a", "b", "$s", "+", "").NonEmptyListOf()
        from tails in Gen.Elements("", "/#").ArrayOf(filters.Count)
        from name in Generators.Path("a", "b", "$s", "")
        where name.Length > 0
        select (Filters: filters.Zip(tails, (f, t) => f + t).Append("#").Where(f => f.Length > 0).Distinct().ToList(), Name: name),
        t =>
        {
            SubscriptionTrie trie = new();
            BrokerSession session = new("s", null, new BrokerContext(new EmbeddedBrokerOptions(), TimeProvider.System));
            foreach (string filter in t.Filters)
                trie.Add(session, new MqttSubscription(filter));
            TrieMatches matches = new();
            trie.Match(t.Name, matches);
            Assert.Equal(
                t.Filters.Where(f => MqttTopic.Matches(f, t.Name)).Order(StringComparer.Ordinal),
                matches.Own.Select(m => m.Subscription.Filter).Order(StringComparer.Ordinal));
            Assert.All(t.Filters, filter => trie.Remove(session, filter));
            Assert.True(trie.IsEmpty);
        });
}
