using FsCheck;
using FsCheck.Fluent;

namespace AnyEcg.Signal.Tests;

public sealed class DeviceClockTests
{
    /// <summary>One sample and 10 ms.</summary>
    private const double Target = (1 / SimulatedDevice.Rate) + 0.010;

    [Fact]
    public void ToNs_AnyDriftAndJitterAfterAMinute_IsWithinASampleAndTenMilliseconds()
    {
        Gen<(int Seed, int Drift, int Jitter, bool First)> cases =
            from seed in Gen.Choose(0, 1_000_000)
            from drift in Gen.Choose(-100, 100)
            from jitter in Gen.Choose(0, 20)
            from first in Gen.Elements(true, false)
            select (seed, drift, jitter, first);
        Prop.ForAll(cases.ToArbitrary(), c =>
        {
            SimulatedDevice device = new(c.Seed)
            {
                DriftPpm = c.Drift,
                StampJitter = 0.001 * c.Jitter,
                Mark = c.First ? DeviceTimeMark.FirstSample : DeviceTimeMark.LastSample,
            };
            DeviceClock clock = Clock();
            device.Send(clock, 60);
            bool minute = LargestError(clock, device, 30) <= Target;
            device.Send(clock, 600);
            return clock.DeviceTimeTrusted && clock.Jumps == 0 && minute && LargestError(clock, device, 30) <= Target
                && Math.Abs(clock.DriftPpm - c.Drift) < 40;
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData(100)]
    [InlineData(-100)]
    public void ToNs_DeviceTimeAWholeDayLong_StaysWithinTheTarget(int drift)
    {
        SimulatedDevice device = new(5) { DriftPpm = drift, FrameSamples = 250 };
        DeviceClock clock = Clock();
        device.Send(clock, 86400);
        Assert.InRange(LargestError(clock, device, 60), 0, Target);
        Assert.InRange(clock.DriftPpm, drift - 10, drift + 10);
    }

    [Theory]
    [InlineData(DeviceTimeMark.None, 0, 100)]
    [InlineData(DeviceTimeMark.None, 0, -100)]
    [InlineData(DeviceTimeMark.LastSample, -3600, 100)]
    [InlineData(DeviceTimeMark.FirstSample, 5, -100)]
    public void ToNs_NoUsableDeviceTime_FollowsTheSmallestDelay(DeviceTimeMark mark, double clockError, int drift)
    {
        SimulatedDevice device = new(7) { Mark = mark, ClockError = clockError, DriftPpm = drift };
        DeviceClock clock = Clock();
        device.Send(clock, 120);
        Assert.False(clock.DeviceTimeTrusted);
        Assert.InRange(LargestError(clock, device, 10), 0, device.SmallestDelay + Target);
        device.Send(clock, 3600);
        Assert.InRange(LargestError(clock, device, 10), 0, device.SmallestDelay + Target);
        Assert.InRange(clock.DriftPpm, drift - 50, drift + 50);
    }

    [Fact]
    public void OffsetNs_DeviceClockSlow_IsTheErrorAndTheSmallestDelay()
    {
        SimulatedDevice device = new(3) { ClockError = -7.5 };
        DeviceClock clock = Clock();
        device.Send(clock, 120);
        Assert.InRange(clock.OffsetNs * 1e-9, 7.5, 7.5 + device.SmallestDelay + 0.02);
    }

    [Theory]
    [InlineData(40)]
    [InlineData(-40)]
    [InlineData(0.8)]
    [InlineData(-0.8)]
    public void Observe_DeviceClockJumps_IsCountedOnceAndMovesNoSampleBySeconds(double step)
    {
        SimulatedDevice device = new(11) { DriftPpm = 50 };
        DeviceClock clock = Clock();
        device.Send(clock, 120);
        device.ClockError += step;
        device.Send(clock, 120);
        Assert.Equal(1, clock.Jumps);
        Assert.Equal(0, clock.ClockResets);
        Assert.InRange(LargestError(clock, device, 10), 0, 1);
    }

    [Fact]
    public void Observe_DeviceLosesItsTime_IsACountedResetAndReceiptTakesOver()
    {
        SimulatedDevice device = new(11);
        DeviceClock clock = Clock();
        device.Send(clock, 120);
        device.ClockError = -1_700_000_000;
        device.Send(clock, 120);
        Assert.Equal((1, 1, false), (clock.Jumps, clock.ClockResets, clock.DeviceTimeTrusted));
        Assert.InRange(LargestError(clock, device, 10), 0, device.SmallestDelay + Target);
    }

    [Fact]
    public void Observe_OneWrongStamp_IsNoJumpAndChangesNothing()
    {
        SimulatedDevice device = new(13);
        DeviceClock clock = Clock();
        device.Send(clock, 60);
        long sample = device.Next;
        long before = clock.ToNs(sample);
        device.ClockError = 1000;
        device.Send(clock, 0.5);
        Assert.Equal(before, clock.ToNs(sample));
        device.ClockError = 0;
        device.Send(clock, 60);
        Assert.Equal(0, clock.Jumps);
        Assert.InRange(LargestError(clock, device, 30), 0, Target);
    }

    [Theory]
    [InlineData(DeviceTimeMark.LastSample)]
    [InlineData(DeviceTimeMark.None)]
    public void Observe_BacklogOfAnHour_DoesNotTakeTheDelayForTheTime(DeviceTimeMark mark)
    {
        SimulatedDevice device = new(17) { Mark = mark };
        DeviceClock clock = Clock();
        device.Send(clock, 600);
        device.HeldUntil = 600 + 3600;
        device.Send(clock, 3000);
        Assert.InRange(LargestError(clock, device, 10), 0, mark == DeviceTimeMark.None ? 1.5 : Target);
        device.Send(clock, 1200);
        Assert.Equal(0, clock.Jumps);
        Assert.InRange(LargestError(clock, device, 10), 0, device.SmallestDelay + Target);
    }

    [Fact]
    public void Observe_SamplesLostUncounted_IsFoundAsAJump()
    {
        SimulatedDevice device = new(19) { Mark = DeviceTimeMark.None };
        DeviceClock clock = Clock();
        device.Send(clock, 600);
        SimulatedDevice later = new(19) { Mark = DeviceTimeMark.None, SmallestDelay = device.SmallestDelay + 30, Next = device.Next };
        later.Send(clock, 700);
        Assert.Equal(1, clock.Jumps);
        Assert.InRange((clock.ToNs(later.Next) - later.TrueNs(later.Next)) * 1e-9, 29.9, 30.1);
    }

    [Fact]
    public void Observe_DeviceTimeInOurFuture_IsNotBelievedEvenWhenSynchronised()
    {
        SimulatedDevice device = new(23) { ClockError = 20 };
        DeviceClock clock = Clock(DeviceClockKind.Synchronised);
        device.Send(clock, 60);
        Assert.False(clock.DeviceTimeTrusted);
        Assert.InRange(LargestError(clock, device, 10), 0, device.SmallestDelay + Target);
    }

    [Fact]
    public void Observe_SynchronisedClockAndOldData_BelievesTheDevice()
    {
        SimulatedDevice device = new(29) { HeldUntil = 7200 };
        DeviceClock clock = Clock(DeviceClockKind.Synchronised);
        device.Send(clock, 600);
        Assert.True(clock.DeviceTimeTrusted);
        Assert.InRange(LargestError(clock, device, 60), 0, Target);
    }

    [Fact]
    public void Observe_FreeClock_IsNeverBelieved()
    {
        SimulatedDevice device = new(31);
        DeviceClock clock = Clock(DeviceClockKind.Free);
        device.Send(clock, 60);
        Assert.False(clock.DeviceTimeTrusted);
    }

    [Fact]
    public void Observe_AnyStamps_NeverThrows() => Prop.ForAll<long, long, long>((stamp, received, first) =>
    {
        DeviceClock clock = Clock();
        EcgFrame frame = new() { DeviceTimeMark = DeviceTimeMark.FirstSample };
        frame.Resize(1, 10);
        foreach (long shift in (long[])[0, 1, long.MaxValue, long.MinValue, 7])
        {
            frame.FirstSample = Math.Abs(first % (1L << 52)) + (shift & 0xffff);
            (frame.DeviceTimeNs, frame.ReceivedNs) = (unchecked(stamp + shift), received);
            clock.Observe(frame);
            clock.ToNs(frame.FirstSample);
        }
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Reset_NewEpoch_ForgetsTheOldCount()
    {
        SimulatedDevice device = new(37);
        DeviceClock clock = Clock();
        Assert.Throws<InvalidOperationException>(() => clock.ToNs(0));
        device.Send(clock, 60);
        clock.Reset();
        Assert.False(clock.Started);
        Assert.Equal(0, clock.OffsetNs);
        SimulatedDevice restarted = new(41) { Next = 1_000_000 };
        restarted.Send(clock, 60);
        Assert.InRange(LargestError(clock, restarted, 30), 0, Target);
    }

    [Fact]
    public void Observe_SteadyState_AllocatesNothing()
    {
        SimulatedDevice device = new(43);
        DeviceClock clock = Clock();
        device.Send(clock, 700);
        long before = GC.GetAllocatedBytesForCurrentThread();
        device.Send(clock, 700);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static DeviceClock Clock(DeviceClockKind kind = DeviceClockKind.Unknown) =>
        new(SimulatedDevice.Rate, new DeviceClockOptions { Kind = kind });

    /// <summary>Over the last samples and five seconds ahead, seconds.</summary>
    private static double LargestError(DeviceClock clock, SimulatedDevice device, double past)
    {
        double largest = 0;
        for (double s = -past; s <= 5; s += 0.5)
        {
            long sample = device.Next + (long)(s * SimulatedDevice.Rate);
            largest = Math.Max(largest, Math.Abs(clock.ToNs(sample) - device.TrueNs(sample)) * 1e-9);
        }

        return largest;
    }
}
