using System.Diagnostics;
using System.Text.Json.Nodes;

namespace AnyEcg.Benchmarks;

/// <summary>What a resampler does on one core, fed a second at a time.</summary>
/// <param name="Name">Which.</param>
/// <param name="SamplesPerSecond">Input samples a second, median.</param>
/// <param name="DelaySeconds">The longest that an output appears after its time, fed sample by sample; null: it keeps no state, or wants all at once.</param>
internal sealed record ResamplerRate(string Name, double SamplesPerSecond, double? DelaySeconds)
{
    private const int ChecksSeconds = 40, SettledSeconds = 20;
    private const double Bump = 30.5, BumpWidth = 0.05;

    /// <summary>All that are installed, in turns, medians of the rounds.</summary>
    /// <param name="scipy">SciPy, where it is installed.</param>
    /// <param name="rounds">Of each.</param>
    /// <param name="time">Of one.</param>
    public static IReadOnlyList<ResamplerRate> Measure(PythonPeer? scipy, int rounds, TimeSpan time)
    {
        List<(string Name, double? Delay, Func<double> Run)> all =
        [
            .. ResamplerPeer.Installed().Select(make => (NameOf(make), (double?)Delay(make()), (Func<double>)(() => Rate(make(), time)))),
        ];
        if (scipy is not null)
            all.AddRange([("scipy, chunks without state", null, () => Ask(scipy, "chunk", time)), ("scipy, an hour at once", null, () => Ask(scipy, "hour", time))]);
        List<double>[] rates = [.. all.Select(_ => new List<double>())];
        for (int round = 0; round < rounds; round++)
        {
            for (int i = 0; i < all.Count; i++)
                rates[i].Add(all[i].Run());
        }

        return [.. all.Select((peer, i) => new ResamplerRate(peer.Name, Statistics.Median(rates[i]), peer.Delay))];
    }

    private static double Ask(PythonPeer scipy, string mode, TimeSpan time)
    {
        JsonNode answer = scipy.Ask(new Dictionary<string, object> { ["do"] = "time", ["mode"] = mode, ["seconds"] = time.TotalSeconds });
        return answer["samples"]!.GetValue<double>() / answer["seconds"]!.GetValue<double>();
    }

    private static string NameOf(Func<ResamplerPeer> make)
    {
        using ResamplerPeer peer = make();
        return peer.Name;
    }

    private static double Rate(ResamplerPeer peer, TimeSpan time)
    {
        using ResamplerPeer own = peer;
        float[] chunk = new float[ResamplerPeer.FromHz], output = new float[2 * ResamplerPeer.ToHz];
        for (int i = 0; i < chunk.Length; i++)
            chunk[i] = MathF.Sin(2 * MathF.PI * 7 * i / chunk.Length);
        long start = Stopwatch.GetTimestamp(), samples = 0;
        TimeSpan elapsed = default;
        for (; elapsed < time; elapsed = Stopwatch.GetElapsedTime(start))
        {
            for (int i = 0; i < 256; i++)
                own.Push(chunk, output);
            samples += 256 * chunk.Length;
        }

        return samples / elapsed.TotalSeconds;
    }

    /// <summary>The longest wait between an output's place and the input that brought it, and how far the signal itself is shifted.</summary>
    private static double Delay(ResamplerPeer peer)
    {
        using ResamplerPeer own = peer;
        float[] input = new float[1], output = new float[2 * ResamplerPeer.ToHz];
        double longest = 0, weight = 0, moment = 0;
        long outputs = 0;
        for (int n = 0; n < ChecksSeconds * ResamplerPeer.FromHz; n++)
        {
            double now = (double)n / ResamplerPeer.FromHz;
            input[0] = (float)Math.Exp(-Math.Pow((now - Bump) / BumpWidth, 2));
            int made = own.Push(input, output);
            if (made > 0 && now > SettledSeconds)
                longest = Math.Max(longest, now - (double)outputs / ResamplerPeer.ToHz);
            for (int i = 0; i < made; i++, outputs++)
            {
                weight += output[i];
                moment += output[i] * ((double)outputs / ResamplerPeer.ToHz - Bump);
            }
        }

        return longest + moment / weight;
    }
}
