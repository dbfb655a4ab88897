using System.Runtime.ExceptionServices;

namespace AnyEcg.Model;

/// <summary>
/// A few fixed threads that share out the chunks of one piece of work with the calling thread. Allocates nothing per run.
/// Which thread takes which chunk is left to chance: work must not depend on it. Whoever waits spins for some microseconds, enough for
/// the next piece of the same step, and sleeps then: between steps the processors belong to others. One caller at a time.
/// </summary>
internal sealed class WorkerPool : IDisposable
{
    private readonly Thread[] threads;
    private readonly object wake = new(), done = new();

    // Run number in the high half, chunks not yet taken in the low half: a chunk is taken by counting down, so that a
    // thread that comes late can never take one of a run that is over.
    private long state;
    private int unfinished;
    private int sleeping;
    private int callerSleeps;
    private bool stopped;

    private Action<int, int, int>? work;
    private int total;
    private int chunkSize;
    private ExceptionDispatchInfo? failure;

    public WorkerPool(int workers)
    {
        threads = new Thread[Math.Max(workers, 1) - 1];
        for (int i = 0; i < threads.Length; i++)
        {
            int worker = i + 1;
            threads[i] = new Thread(() => Serve(worker)) { IsBackground = true, Name = $"model-{worker}" };
            threads[i].Start();
        }
    }

    /// <summary>Worker numbers lie in [0, Workers); the caller is 0.</summary>
    public int Workers => threads.Length + 1;

    /// <summary>Calls <paramref name="chunkWork"/>(worker, start, end) for the chunks of [0, count) and returns when all are done.</summary>
    public void Run(Action<int, int, int> chunkWork, int count, int chunk)
    {
        int chunks = (count + chunk - 1) / chunk;
        if (chunks <= 1 || threads.Length == 0)
        {
            for (int start = 0; start < count; start += chunk)
            {
                chunkWork(0, start, Math.Min(start + chunk, count));
            }

            return;
        }

        work = chunkWork;
        total = count;
        chunkSize = chunk;
        failure = null;
        Volatile.Write(ref unfinished, chunks);
        Interlocked.Exchange(ref state, ((state >> 32) + 1 << 32) | (uint)chunks);
        WakeSleepers();
        while (TryTakeChunk(0))
        {
        }

        WaitForOthers();
        failure?.Throw();
    }

    private void WaitForOthers()
    {
        SpinWait spin = default;
        while (Volatile.Read(ref unfinished) > 0 && !spin.NextSpinWillYield)
        {
            spin.SpinOnce(sleep1Threshold: -1);
        }

        if (Volatile.Read(ref unfinished) == 0)
        {
            return;
        }

        lock (done)
        {
            // A full fence: whoever finishes last sees this, or the loop sees that all is finished.
            Interlocked.Exchange(ref callerSleeps, 1);
            while (Volatile.Read(ref unfinished) > 0)
            {
                Monitor.Wait(done);
            }

            Volatile.Write(ref callerSleeps, 0);
        }
    }

    public void Dispose()
    {
        lock (wake)
        {
            stopped = true;
            Monitor.PulseAll(wake);
        }

        foreach (Thread thread in threads)
        {
            thread.Join();
        }
    }

    private void WakeSleepers()
    {
        if (Volatile.Read(ref sleeping) > 0)
        {
            lock (wake)
            {
                Monitor.PulseAll(wake);
            }
        }
    }

    private void WakeCaller()
    {
        lock (done)
        {
            Monitor.Pulse(done);
        }
    }

    private void Serve(int worker)
    {
        SpinWait spin = default;
        while (!Volatile.Read(ref stopped))
        {
            if (TryTakeChunk(worker))
            {
                spin = default;
            }
            else if (!spin.NextSpinWillYield)
            {
                spin.SpinOnce(sleep1Threshold: -1);
            }
            else
            {
                Sleep();
                spin = default;
            }
        }
    }

    private void Sleep()
    {
        lock (wake)
        {
            Interlocked.Increment(ref sleeping);
            while ((uint)Interlocked.Read(ref state) == 0 && !stopped)
            {
                Monitor.Wait(wake);
            }

            Interlocked.Decrement(ref sleeping);
        }
    }

    private bool TryTakeChunk(int worker)
    {
        long seen = Interlocked.Read(ref state);
        while ((uint)seen > 0)
        {
            long before = Interlocked.CompareExchange(ref state, seen - 1, seen);
            if (before == seen)
            {
                RunChunk(worker, (int)(uint)seen - 1);
                return true;
            }

            seen = before;
        }

        return false;
    }

    private void RunChunk(int worker, int chunk)
    {
        try
        {
            int start = chunk * chunkSize;
            work!(worker, start, Math.Min(start + chunkSize, total));
        }
        catch (Exception e)
        {
            // Rethrown by the caller of Run: an exception on a pool thread would end the process without a word of the step.
            failure ??= ExceptionDispatchInfo.Capture(e);
        }
        finally
        {
            if (Interlocked.Decrement(ref unfinished) == 0 && Volatile.Read(ref callerSleeps) != 0)
            {
                WakeCaller();
            }
        }
    }
}
