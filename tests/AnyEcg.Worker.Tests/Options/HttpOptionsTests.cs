using AnyEcg.Mqtt.Tests;

namespace AnyEcg.Worker.Tests;

public sealed class HttpOptionsTests : IDisposable
{
    private const string Secret = "a-token-of-enough-characters-000001";
    private readonly string file = Path.GetTempFileName();

    [Fact]
    public void Faults_GoodTokens_AreNone()
    {
        File.WriteAllText(file, Secret + "\n");
        Assert.Empty(Of(new HttpToken { Operator = "n", TokenFile = file, Roles = ["read", "act"] }, new HttpToken { Operator = "m", TokenSha256 = new string('a', 64) }));
    }

    [Fact]
    public void Faults_EachThingWrong_IsNamedWithoutTheToken()
    {
        File.WriteAllText(file, "short");
        Assert.Contains("at least 32", Single(new HttpToken { Operator = "n", TokenFile = file }), StringComparison.Ordinal);
        Assert.DoesNotContain("short", Single(new HttpToken { Operator = "n", TokenFile = file }), StringComparison.Ordinal);
        Assert.Contains("does not exist", Single(new HttpToken { Operator = "n", TokenFile = file + ".none" }), StringComparison.Ordinal);
        Assert.Contains("TokenSha256 or TokenFile", Single(new HttpToken { Operator = "n" }), StringComparison.Ordinal);
        Assert.Contains("64 hexadecimal", Single(new HttpToken { Operator = "n", TokenSha256 = Secret }), StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, Single(new HttpToken { Operator = "n", TokenSha256 = Secret }), StringComparison.Ordinal);
        Assert.Contains("Operator", Single(new HttpToken { TokenSha256 = new string('a', 64) }), StringComparison.Ordinal);
        Assert.Contains("Roles", Single(new HttpToken { Operator = "n", TokenSha256 = new string('a', 64), Roles = ["admin"] }), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Worker_WithATokenThatIsNone_DoesNotStart()
    {
        await using Mqtt.EmbeddedBroker broker = await Clients.BrokerAsync();
        Microsoft.Extensions.Options.OptionsValidationException refused = await Assert.ThrowsAsync<Microsoft.Extensions.Options.OptionsValidationException>(
            () => RunningWorker.StartAsync(broker.Port, TestModel.Create, "--Http:Tokens:0:Operator", "n"));
        Assert.Contains("Http:Tokens:0", Assert.Single(refused.Failures), StringComparison.Ordinal);
    }

    public void Dispose() => File.Delete(file);

    private static IEnumerable<string> Of(params HttpToken[] tokens) => new HttpOptions { Tokens = tokens }.Faults();

    private static string Single(HttpToken token) => Assert.Single(Of(token));
}
