using System.Text;
using Microsoft.Extensions.Configuration;

namespace AnyEcg.Worker.Tests;

/// <summary>What is misspelt, where a secret came from, and who can reach the pages.</summary>
public sealed class SettingsAuditTests
{
    private const string Secret = "hunter2-hunter2";

    [Theory]
    [InlineData("Ingest:MaxStream", "Ingest:MaxStreams")]
    [InlineData("Broker:PaswordFile", "Broker:PasswordFile")]
    [InlineData("Alerts:Kinds:Asystole:Limt", "Alerts:Kinds:Asystole:Limit")]
    [InlineData("Brokr:Port", "Broker")]
    public void Unknown_NearlyASetting_NamesTheNearest(string key, string meant)
    {
        string fault = Assert.Single(Faults((key, "1")));
        Assert.Contains($"did you mean {meant}?", fault, StringComparison.Ordinal);
        Assert.StartsWith(key.StartsWith("Brokr", StringComparison.Ordinal) ? "Brokr" : key, fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ingest:maxstreams")]
    [InlineData("Ingest:Groups:0")]
    [InlineData("Alerts:Kinds:Asystole:Limit")]
    [InlineData("Logging:LogLevel:Default")]
    [InlineData("SomebodyElse:Port")]
    [InlineData("WORKER")]
    public void Unknown_SettingsOfOursAndOfOthers_Pass(string key) => Assert.Empty(Faults((key, "1")));

    [Theory]
    [InlineData("Broker:Password")]
    [InlineData("Broker:KeyPassword")]
    public void Secret_OnTheCommandLine_IsRefusedWithoutRepeatingIt(string key)
    {
        string fault = Assert.Single(Faults(new ConfigurationManager(), c => c.AddCommandLine([$"--{key}", Secret])));
        Assert.StartsWith(key, fault, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Secret_InASettingsFile_IsRefused()
    {
        byte[] json = Encoding.UTF8.GetBytes($"{{\"Broker\":{{\"Password\":\"{Secret}\"}}}}");
        string fault = Assert.Single(Faults(new ConfigurationManager(), c => c.AddJsonStream(new MemoryStream(json))));
        Assert.Contains("Broker__Password", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Secret_InASettingsFileBehindTheEnvironment_IsStillRefused()
    {
        byte[] json = Encoding.UTF8.GetBytes($"{{\"Broker\":{{\"Password\":\"{Secret}\"}}}}");
        Assert.Single(Faults(new ConfigurationManager(), c =>
        {
            c.AddJsonStream(new MemoryStream(json));
            c.AddInMemoryCollection([new("Broker:Password", Secret)]);
        }));
    }

    [Fact]
    public void Secret_InTheEnvironment_Passes()
    {
        const string prefix = "ANYECG_SETTINGS_AUDIT_TESTS_";
        Environment.SetEnvironmentVariable($"{prefix}Broker__Password", Secret);
        ConfigurationManager configuration = new();
        ((IConfigurationBuilder)configuration).AddEnvironmentVariables(prefix);
        Environment.SetEnvironmentVariable($"{prefix}Broker__Password", null);
        Assert.Equal(Secret, configuration["Broker:Password"]);
        Assert.True(new SettingsAudit(configuration).Validate(null, new WorkerOptions()).Succeeded);
    }

    [Theory]
    [InlineData("urls", "http://0.0.0.0:8080")]
    [InlineData("urls", "http://127.0.0.1:8080;http://*:8081")]
    [InlineData("urls", "http://192.168.1.5:80")]
    [InlineData("urls", "https://+:443")]
    [InlineData("http_ports", "8080")]
    [InlineData("Kestrel:Endpoints:Page:Url", "http://[::]:8080")]
    public void Pages_ReachableFromOutside_AreRefusedUnlessMeant(string key, string value)
    {
        Assert.Contains("Worker:ExposePages", Assert.Single(Faults((key, value))), StringComparison.Ordinal);
        Assert.Empty(Faults((key, value), ("Worker:ExposePages", "true")));
    }

    [Theory]
    [InlineData("http://127.0.0.1:0")]
    [InlineData("http://localhost:8080;http://[::1]:8080")]
    [InlineData("http://unix:/run/anyecg/pages.sock")]
    [InlineData("")]
    public void Pages_OnThisMachineOnly_Pass(string urls) => Assert.Empty(Faults(("urls", urls)));

    [Fact]
    public void Pages_WithTokens_MayBeReachedOverTlsOnly()
    {
        (string, string) token = ("Http:Tokens:0:Operator", "n");
        Assert.Empty(Faults(("urls", "https://0.0.0.0:8443"), token));
        Assert.Contains("read on the way", Assert.Single(Faults(("urls", "http://0.0.0.0:8080"), token)), StringComparison.Ordinal);
        Assert.Empty(Faults(("urls", "http://0.0.0.0:8080"), token, ("Worker:ExposePages", "true")));
    }

    [Fact]
    public void Unknown_InAListOfTokens_NamesTheNearest() =>
        Assert.Contains("Http:Tokens:0:Operator", Assert.Single(Faults(("Http:Tokens:0:Operatr", "n"))), StringComparison.Ordinal);

    private static string[] Faults(params (string Key, string Value)[] settings) => Faults(
        new ConfigurationManager(), c => c.AddInMemoryCollection(settings.Select(s => new KeyValuePair<string, string?>(s.Key, s.Value))));

    private static string[] Faults(ConfigurationManager configuration, Action<IConfigurationBuilder> add)
    {
        add(configuration);
        return [.. new SettingsAudit(configuration).Validate(null, new WorkerOptions()).Failures ?? []];
    }
}
