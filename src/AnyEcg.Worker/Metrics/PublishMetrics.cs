using System.Diagnostics.Metrics;
using AnyEcg.Protocol;

namespace AnyEcg.Worker;

/// <summary>Instruments of publishing. Any thread.</summary>
internal sealed class PublishMetrics
{
    private readonly Counter<long> alerts;
    private readonly Counter<long> messages;
    private readonly Counter<long> failed;
    private readonly Counter<long> reconciled;
    private readonly Histogram<double> latency;

    public PublishMetrics(IMeterFactory factory)
    {
        Meter meter = factory.Create("AnyEcg.Worker.Publish");
        alerts = meter.CreateCounter<long>("anyecg.alerts.published", "{transition}", "Alert transitions the broker has confirmed");
        messages = meter.CreateCounter<long>("anyecg.messages.published", "{message}", "Messages the broker has confirmed");
        failed = meter.CreateCounter<long>("anyecg.messages.refused", "{message}", "Messages the broker refused");
        reconciled = meter.CreateCounter<long>("anyecg.alerts.reconciled", "{alert}", "Retained alerts that did not say at the start what the store said");
        latency = meter.CreateHistogram(
            "anyecg.alert.latency",
            "s",
            "From the receipt of the sample that decided a transition to the broker's confirmation",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 4, 10, 60] });
    }

    public void Published(PublishedAlert? published, long nowNs)
    {
        messages.Add(1);
        if (published is not { } alert)
        {
            return;
        }

        KeyValuePair<string, object?> priority = new("priority", alert.Priority.WireName());
        alerts.Add(1, new("kind", alert.Kind.WireName()), priority, new("phase", alert.Phase.WireName()));
        latency.Record(Math.Max(0, (nowNs - alert.ReceivedNs) / 1e9), priority);
    }

    public void Reconciled(int publishedAgain, int cleared)
    {
        reconciled.Add(publishedAgain, new KeyValuePair<string, object?>("what", "published-again"));
        reconciled.Add(cleared, new KeyValuePair<string, object?>("what", "cleared"));
    }

    public void Failed(bool alert) => failed.Add(1, new KeyValuePair<string, object?>("what", alert ? "alert" : "other"));
}
