using AnyEcg.Mqtt.Tests;

namespace AnyEcg.Worker.Tests;

public sealed class BrokerRulesTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("broker-rules");

    [Fact]
    public void Address_Defaults_ArePlainOnThisMachineOnly()
    {
        Assert.Equal("mqtt://127.0.0.1:1883", new BrokerOptions().Address(out _)!.ToString());
        Assert.Equal("mqtts://broker.example:8883", new BrokerOptions { Host = "broker.example" }.Address(out _)!.ToString());
        Assert.Equal("mqtts://127.0.0.1:8883", new BrokerOptions { UseTls = true }.Address(out _)!.ToString());
        Assert.Equal("wss://b.example:443/mqtt", new BrokerOptions { Url = "wss://b.example", Port = 1883 }.Address(out _)!.ToString());
    }

    [Theory]
    [InlineData("mqtt://broker.example")]
    [InlineData("ws://10.0.0.7:8080/mqtt")]
    public void Faults_PlaintextToAnotherMachine_IsRefusedUnlessAllowed(string url)
    {
        Assert.Contains("Broker:AllowPlaintext", Assert.Single(BrokerRules.Faults(new BrokerOptions { Url = url })), StringComparison.Ordinal);
        Assert.Empty(BrokerRules.Faults(new BrokerOptions { Url = url, AllowPlaintext = true }));
    }

    [Fact]
    public void Faults_TlsSwitchedOffForAnotherMachine_IsRefused()
    {
        BrokerOptions options = new() { Host = "broker.example", UseTls = false };
        Assert.StartsWith("Broker:UseTls", Assert.Single(BrokerRules.Faults(options)), StringComparison.Ordinal);
    }

    [Fact]
    public void Faults_PasswordInTheUrl_IsRefusedWithoutRepeatingIt()
    {
        string fault = Assert.Single(BrokerRules.Faults(new BrokerOptions { Url = "mqtts://me:hunter2@broker.example" }));
        Assert.StartsWith("Broker:Url", fault, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Faults_FilesThatAreNotThere_AreNamed()
    {
        string missing = Path.Combine(folder.FullName, "none");
        BrokerOptions options = new() { UseTls = true, UserName = "worker", PasswordFile = missing, CaFiles = [missing + ".pem"] };
        string[] faults = [.. BrokerRules.Faults(options)];
        Assert.Contains(faults, f => f.StartsWith("Broker:PasswordFile", StringComparison.Ordinal));
        Assert.Contains(faults, f => f.Contains("none.pem", StringComparison.Ordinal));
    }

    [Fact]
    public void Faults_CertificatesWithoutTls_AreMeaningless()
    {
        using TestAuthority authority = new();
        string ca = authority.WriteTo(Path.Combine(folder.FullName, "ca.pem"));
        Assert.Contains("Broker:UseTls", Assert.Single(BrokerRules.Faults(new BrokerOptions { CaFiles = [ca] })), StringComparison.Ordinal);
        Assert.Empty(BrokerRules.Faults(new BrokerOptions { CaFiles = [ca], UseTls = true }));
    }

    [Fact]
    public void Faults_KeyWithoutCertificate_IsRefused() =>
        Assert.Contains(BrokerRules.Faults(new BrokerOptions { UseTls = true, KeyFile = "key.pem" }), f => f.StartsWith("Broker:CertificateFile", StringComparison.Ordinal));

    public void Dispose() => folder.Delete(recursive: true);
}
