using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Runtime.InteropServices;
using AnyEcg.Signal;
using AnyEcg.Store;

namespace AnyEcg.Benchmarks;

/// <summary>
/// The store under the load of 2,000 streams: a frame of 550 bytes a second each, with and without snapshots of 430 KB (33 a second), and as fast as it
/// goes; what compressing a snapshot would save; what a flush of the disk costs. The numbers in docs/store.md come from here.
/// </summary>
internal static class StoreLoad
{
    private const int Streams = 2000;
    private const int FrameBytes = 550;
    private const int SnapshotBytes = 430_000;
    private const int Seconds = 15;

    public static void Run(string[] args)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("anyecg-load");
        try
        {
            Flush(folder);
            Compression();
            foreach ((string name, int rate, int snapshots) in new[] { ("paced", 2000, 0), ("paced + snapshots", 2000, 33), ("flat out", int.MaxValue, 0) })
            {
                string connection = args.Length > 1 && args[1].Length > 0 ? args[1] : Path.Combine(folder.FullName, name + ".db");
                int page = args.Length > 2 ? int.Parse(args[2], CultureInfo.InvariantCulture) : 4096;
                Load(name, new StoreOptions { Connection = connection, PageBytes = page }, rate, snapshots);
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void Load(string name, StoreOptions options, int rate, int snapshots)
    {
        using StoreDatabase database = StoreDatabase.Open(options);
        using StoreWriter writer = new(database, new StoreWriterOptions(), new Nobody(), TimeProvider.System);
        writer.Start();
        StreamKey[] keys = [.. Enumerable.Range(0, Streams).Select(i => new StreamKey("load", string.Create(CultureInfo.InvariantCulture, $"s{i}")))];
        byte[] body = new byte[FrameBytes];
        byte[] state = Floats(1);
        using Process process = Process.GetCurrentProcess();
        TimeSpan before = process.TotalProcessorTime;
        long start = Stopwatch.GetTimestamp();
        (long frames, long taken) = (0, 0);
        while (Stopwatch.GetElapsedTime(start) is { TotalSeconds: < Seconds } elapsed)
        {
            long due = rate == int.MaxValue ? frames + 1000 : (long)(elapsed.TotalSeconds * rate);
            while (frames < due && writer.TryAppend(new JournalInput(keys[frames % Streams], 1, frames, 1, frames, 250, body)))
                frames++;
            for (; taken < (long)(elapsed.TotalSeconds * snapshots); taken++)
                writer.Post(new SnapshotWork(keys[taken % Streams], 1, "load", state, 0));
            using ManualResetEventSlim pause = new();
            pause.Wait(TimeSpan.FromMilliseconds(1));
        }

        Report(name, writer, Stopwatch.GetElapsedTime(start), process, before);
    }

    private static void Report(string name, StoreWriter writer, TimeSpan elapsed, Process process, TimeSpan before)
    {
        StoreStatistics s = writer.Statistics;
        process.Refresh();
        double cpu = (process.TotalProcessorTime - before).TotalSeconds;
        Print($"{name}: {s.InputsAppended / elapsed.TotalSeconds:F0} frames/s, {s.Snapshots / elapsed.TotalSeconds:F1} snapshots/s, CPU {100 * cpu / elapsed.TotalSeconds:F1} % of a core, {1e6 * cpu / s.InputsAppended:F1} us a frame");
        Print($"  commits {s.Commits}, mean {1000 * s.CommitSeconds.SumSeconds / s.Commits:F1} ms, p50 <= {Quantile(s, 0.5)}, p99 <= {Quantile(s, 0.99)}, max <= {Quantile(s, 1)}; refused {s.InputsRefused}, failures {s.Failures.Values.Sum()}");
    }

    private static string Quantile(StoreStatistics s, double q)
    {
        long rank = (long)Math.Ceiling(q * s.Commits);
        int bucket = 0;
        for (long seen = s.CommitSeconds.Counts[0]; seen < rank; seen += s.CommitSeconds.Counts[bucket])
            bucket++;
        return bucket < s.CommitSeconds.UpperBoundsSeconds.Length
            ? string.Create(CultureInfo.InvariantCulture, $"{1000 * s.CommitSeconds.UpperBoundsSeconds[bucket]:F0} ms")
            : "more";
    }

    private static void Flush(DirectoryInfo folder)
    {
        using FileStream file = File.Create(Path.Combine(folder.FullName, "flush"));
        List<double> times = [];
        for (int i = 0; i < 300; i++)
        {
            long start = Stopwatch.GetTimestamp();
            file.Write(new byte[64 * 1024]);
            file.Flush(flushToDisk: true);
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        times.Sort();
        Print($"write and flush of 64 KiB: median {times[150]:F2} ms, p99 {times[297]:F2} ms");
    }

    private static void Compression()
    {
        byte[] state = Floats(1);
        foreach ((string name, Func<Stream, Stream> open) in new (string, Func<Stream, Stream>)[]
        {
            ("deflate", to => new DeflateStream(to, CompressionLevel.Fastest, leaveOpen: true)), ("brotli", to => new BrotliStream(to, CompressionLevel.Fastest, leaveOpen: true)),
        })
        {
            long start = Stopwatch.GetTimestamp();
            using MemoryStream to = new();
            const int times = 10;
            for (int i = 0; i < times; i++)
            {
                to.SetLength(0);
                using Stream compressed = open(to);
                compressed.Write(state);
            }

            Print($"{name}, fastest, of {state.Length} bytes of float32: {100.0 * to.Length / state.Length:F1} %, {Stopwatch.GetElapsedTime(start).TotalMilliseconds / times:F1} ms");
        }
    }

    /// <summary>Normally distributed values, as keys and values after a normalised layer are.</summary>
    private static byte[] Floats(int seed)
    {
        Random random = new(seed);
        float[] values = new float[SnapshotBytes / sizeof(float)];
        for (int i = 0; i < values.Length; i++)
            values[i] = (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
        return MemoryMarshal.AsBytes<float>(values).ToArray();
    }

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    private sealed class Nobody : IStoreEvents
    {
        public void InputsCommitted(ReadOnlySpan<CommittedInput> inputs)
        {
        }

        public void WorkCommitted(ReadOnlySpan<CommittedWork> work)
        {
        }

        public void StoreStopped(Exception failure) => Print($"stopped: {failure}");
    }
}
