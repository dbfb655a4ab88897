using System.Runtime.InteropServices;
using AnyEcg.Engine;
using AnyEcg.Signal;

namespace AnyEcg.Benchmarks;

/// <summary>How far a peer's answers may be from the engine's.</summary>
/// <param name="Probability">Of any probability.</param>
/// <param name="Nats">Of the surprise.</param>
/// <param name="OtherCodes">Share of tokens that may get another code: two that are nearly as near. Their surprise is that of another code, and not compared.</param>
internal sealed record AnswerTolerance(double Probability, double Nats, double OtherCodes = 0);

/// <summary>Seconds that the engine and a peer both answer, and whether they answer alike: a peer is timed only then.</summary>
internal sealed class PeerAnswers(int streams, int seconds)
{
    /// <summary>Has a peer answer the seconds.</summary>
    /// <param name="engine">Streams as many as these, at their first second.</param>
    /// <param name="ask">Given a file of patches [second, stream, 300] and context features, writes the last second's answers into another, float32, in the order of <see cref="Heads"/>.</param>
    /// <param name="tolerance">What is alike.</param>
    /// <returns>The largest difference of a probability or offset.</returns>
    /// <exception cref="InvalidDataException">They are not alike: there is nothing to compare.</exception>
    public double Check(EngineRate engine, Action<string, string> ask, AnswerTolerance tolerance)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("anyecg-peer");
        try
        {
            string input = Path.Combine(folder.FullName, "input"), output = Path.Combine(folder.FullName, "output");
            (float[] patches, float[] context) = Signals();
            File.WriteAllBytes(input, [.. MemoryMarshal.AsBytes<float>(patches), .. MemoryMarshal.AsBytes<float>(context)]);
            ask(input, output);
            return Compare(Ours(engine, patches, context), MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(output)), tolerance);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Waves of several frequencies and sizes with noise; features at random. [second, stream, ...]</summary>
    private (float[] Patches, float[] Context) Signals()
    {
        Random random = new(7);
        float[] patches = new float[seconds * streams * PatchSecond.PatchSamples], context = new float[seconds * streams * ContextFeatures.Count];
        for (int i = 0; i < patches.Length; i++)
        {
            int stream = i / PatchSecond.PatchSamples % streams;
            double time = i / (PatchSecond.PatchSamples * streams) + i % PatchSecond.PatchSamples / (double)PatchSecond.PatchSamples;
            patches[i] = (float)((1 + stream % 4) * Math.Pow(Math.Sin(Math.PI * (0.9 + 0.4 * (stream % 4) + 0.01 * stream) * time), 15) + 0.1 * (random.NextDouble() - 0.5));
        }

        foreach (ref float feature in context.AsSpan())
            feature = 4 * (random.NextSingle() - 0.5f);
        return (patches, context);
    }

    private StepScores Ours(EngineRate engine, float[] patches, float[] context)
    {
        int samples = patches.Length / seconds, features = context.Length / seconds;
        StepScores scores = null!;
        for (int second = 0; second < seconds; second++)
            scores = engine.Step(patches.AsSpan(second * samples, samples), context.AsSpan(second * features, features));
        return scores;
    }

    private static double Compare(StepScores ours, ReadOnlySpan<float> theirs, AnswerTolerance tolerance)
    {
        ReadOnlySpan<float> codes = theirs[^ours.Code.Length..], surprises = theirs[^(2 * ours.Code.Length)..^ours.Code.Length];
        int others = 0;
        for (int i = 0; i < codes.Length; i++)
        {
            if (codes[i] == ours.Code[i])
                Alike("surprise", ours.Surprise[i], surprises[i], tolerance.Nats);
            else
                others++;
        }

        if (others > tolerance.OtherCodes * codes.Length)
            throw new InvalidDataException(FormattableString.Invariant($"{others} of {codes.Length} codes are not the engine's"));
        return Largest(ours, theirs[..^(2 * codes.Length)], tolerance);
    }

    private static double Largest(StepScores ours, ReadOnlySpan<float> theirs, AnswerTolerance tolerance)
    {
        double largest = 0;
        foreach ((string head, float[] values) in Heads(ours))
        {
            for (int i = 0; i < values.Length; i++)
                largest = Math.Max(largest, Alike(head, values[i], theirs[i], tolerance.Probability));
            theirs = theirs[values.Length..];
        }

        return theirs.IsEmpty ? largest : throw new InvalidDataException($"{theirs.Length} values too many");
    }

    private static double Alike(string head, float ours, float theirs, double tolerance)
    {
        double difference = Math.Abs(ours - theirs);
        return difference <= tolerance ? difference : throw new InvalidDataException(FormattableString.Invariant($"{head} differs by {difference} from the engine's"));
    }

    /// <summary>In the order of <c>ANSWERS</c> in the peers' programs; surprise and code come after them.</summary>
    private static IEnumerable<(string Head, float[] Values)> Heads(StepScores s)
    {
        yield return ("rhythm", s.Rhythm);
        yield return ("anomaly", s.Anomaly);
        yield return ("recordAnomaly", s.RecordAnomaly);
        yield return ("arrhythmia", s.Arrhythmia);
        yield return ("strip", s.Strip);
        yield return ("beats", s.Beats);
        yield return ("beatOffset", s.BeatOffset);
    }
}
