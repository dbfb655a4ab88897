using AnyEcg.Alerts;
using Microsoft.Extensions.Options;

namespace AnyEcg.Worker.Tests;

public sealed class WorkerOptionsValidatorTests
{
    private readonly BrokerOptions broker = new();
    private readonly IngestOptions ingest = new() { Groups = ["+"] };
    private readonly CanaryOptions canary = new();
    private readonly EngineHostOptions engine = new();
    private readonly StoreSettings store = new();
    private readonly WorkerOptions worker = new();
    private readonly AlertOptions alerts = new();

    [Fact]
    public void Validate_Defaults_Pass() => Assert.True(Validate().Succeeded);

    [Fact]
    public void Validate_SeveralFaults_ReportsEachOne()
    {
        broker.Port = 0;
        ingest.Groups = ["ward/1"];
        engine.Device = "gpu";
        worker.Id = "a b";

        string[] faults = [.. Validate().Failures!];

        Assert.Equal(4, faults.Length);
        Assert.Contains(faults, f => f.StartsWith("Broker:Port", StringComparison.Ordinal));
        Assert.Contains(faults, f => f.StartsWith("Ingest:Groups", StringComparison.Ordinal));
        Assert.Contains(faults, f => f.StartsWith("Engine:Device", StringComparison.Ordinal));
        Assert.Contains(faults, f => f.StartsWith("Worker:Id", StringComparison.Ordinal));
    }

    [Fact]
    public void Validate_QueueSmallerThanReceiveMaximum_IsAFault()
    {
        ingest.QueueFrames = 2 * broker.ReceiveMaximum - 1;
        Assert.Contains(Validate().Failures!, f => f.StartsWith("Ingest:QueueFrames", StringComparison.Ordinal));
    }

    [Fact]
    public void Validate_CanaryThatCannotWork_IsAFaultOnlyWhereItIsEnabled()
    {
        canary.PeriodSeconds = 1;
        Assert.True(Validate().Succeeded);
        canary.Enabled = true;
        Assert.Contains(Validate().Failures!, f => f.StartsWith("Canary", StringComparison.Ordinal));
    }

    [Fact]
    public void Validate_NoGroup_IsAFault()
    {
        ingest.Groups = [];
        Assert.True(Validate().Failed);
    }

    private ValidateOptionsResult Validate() =>
        new WorkerOptionsValidator(
            Options.Create(broker), Options.Create(ingest), Options.Create(engine), Options.Create(store), Options.Create(alerts), Options.Create(canary)).Validate(null, worker);
}
