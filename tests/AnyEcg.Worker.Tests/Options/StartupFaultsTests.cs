using Microsoft.Extensions.Options;

namespace AnyEcg.Worker.Tests;

/// <summary>Bad settings are told all at once, before anything is made of them.</summary>
public sealed class StartupFaultsTests
{
    [Fact]
    public void Create_FaultsInEverySection_NamesThemAll()
    {
        string[] faults = Faults(
            "--Worker:DrainSeconds", "0", "--Broker:Port", "99999", "--Ingest:QueueFrames", "-1", "--Engine:MaxBatch", "0", "--Alerts:AloneFactor", "9");

        foreach (string key in new[] { "Worker:DrainSeconds", "Broker:Port", "Ingest:QueueFrames", "Engine:MaxBatch", "Alerts" })
        {
            Assert.Contains(faults, fault => fault.StartsWith(key, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Create_NotANumber_NamesTheKey() =>
        Assert.Contains("Broker:Port", Assert.Single(Faults("--Broker:Port", "mqtt")), StringComparison.Ordinal);

    [Fact]
    public void Create_LimitOfAKind_IsChecked() =>
        Assert.Contains("asystole", Assert.Single(Faults("--Alerts:Kinds:Asystole:Limit", "-4")), StringComparison.Ordinal);

    private static string[] Faults(params string[] args) =>
        [.. Assert.Throws<OptionsValidationException>(() => WorkerApp.Create(args)).Failures];
}
