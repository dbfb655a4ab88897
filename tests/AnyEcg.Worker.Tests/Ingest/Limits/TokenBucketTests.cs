using FsCheck;
using FsCheck.Fluent;

namespace AnyEcg.Worker.Tests;

public sealed class TokenBucketTests
{
    /// <summary>Whatever comes when, and wherever the clock jumps, no more passes than the capacity and what the time has refilled.</summary>
    [Fact]
    public void Take_AnyArrivals_NeverPassesMoreThanBurstAndRate() => Prop.ForAll(
        (from rate in Gen.Choose(1, 100)
         from capacity in Gen.Choose(1, 1000)
         from steps in Gen.Choose(-5, 20).ListOf(200)
         select (Rate: rate, Capacity: capacity, Steps: steps)).ToArbitrary(),
        t =>
        {
            TokenBucket bucket = new(t.Rate, t.Capacity, 0);
            double now = 0, latest = 0, passed = 0;
            foreach (int step in t.Steps)
            {
                now += step / 10.0;
                latest = Math.Max(latest, now);
                for (int i = 0; i < 50 && bucket.Has(1, now); i++)
                {
                    bucket.Take(1);
                    passed++;
                }

                if (passed > t.Capacity + latest * t.Rate + 1e-6)
                {
                    return false;
                }
            }

            return true;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Take_AtItsRate_NeverLacks()
    {
        TokenBucket bucket = new(4, 1, 0);
        for (int i = 0; i < 1000; i++)
        {
            Assert.True(bucket.Has(1, i / 4.0));
            bucket.Take(1);
        }
    }

    [Fact]
    public void MessageBuckets_LargestPayload_PassesWhateverTheRate()
    {
        MessageBuckets buckets = new(new Allowance(0.01, 100), 1, 0);
        Assert.Equal(0, buckets.Lacks(QuotaSizes.Default.MaxPayloadBytes, 0));
    }
}
