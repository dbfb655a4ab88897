using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;
using AnyEcg.Protocol;
using AnyEcg.Recordings;
using AnyEcg.Signal;

namespace AnyEcg.Simulator;

/// <summary>The truth as a document beside the stream: docs/simulator.md has its fields.</summary>
public static class TruthJson
{
    /// <summary>Not a topic of the protocol: only simulators have a truth, and no worker reads it.</summary>
    public static string Topic(StreamKey key)
    {
        key = key.Checked();
        return $"ecg-sim/v1/{key.Group}/{key.Stream}/truth";
    }

    public static void Write(StreamTruth truth, IBufferWriter<byte> output)
    {
        using Utf8JsonWriter json = new(output);
        json.WriteStartObject();
        json.WriteNumber("version"u8, 1);
        json.WriteString("group"u8, truth.Key.Group);
        json.WriteString("stream"u8, truth.Key.Stream);
        json.WriteNumber("sampleRateHz"u8, truth.SampleRateHz);
        json.WriteNumber("trueRateHz"u8, truth.TrueRateHz);
        json.WriteNumber("samples"u8, truth.Samples);
        WriteBeats(json, truth.Beats);
        WriteSpans(json, "rhythms", truth.Rhythms, rhythm => rhythm.Span, rhythm => json.WriteString("rhythm"u8, Name(rhythm.Rhythm)));
        WriteSpans(json, "noise", truth.Noise, noise => noise.Span, noise =>
        {
            json.WriteString("kind"u8, Name(noise.Kind));
            json.WriteNumber("snrDb"u8, noise.SnrDb);
        });
        WriteSpans(json, "electrodes", truth.Electrodes, electrode => electrode.Span, electrode =>
        {
            json.WriteNumber("leads"u8, electrode.Leads);
            json.WriteString("signal"u8, Name(electrode.Signal));
            json.WriteBoolean("flagged"u8, electrode.Flagged);
        });
        WriteSpans(json, "gaps", truth.Gaps, gap => gap, _ => { });
        WriteEpochs(json, truth.Epochs);
        json.WriteEndObject();
    }

    /// <summary>As a scenario writes it.</summary>
    internal static string Name<T>(T value)
        where T : struct, Enum
        => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());

    private static void WriteBeats(Utf8JsonWriter json, ImmutableArray<TrueBeat> beats)
    {
        (long Sample, BeatClass Class)[] classed =
            [.. beats.Where(beat => AamiClasses.Find(beat.Code) is not null).Select(beat => (beat.Sample, AamiClasses.Find(beat.Code)!.Value))];
        json.WriteStartObject("beats"u8);
        json.WriteStartArray("samples"u8);
        foreach ((long sample, _) in classed)
            json.WriteNumberValue(sample);
        json.WriteEndArray();
        json.WriteString("classes"u8, string.Concat(classed.Select(beat => beat.Class.ToString())));
        json.WriteEndObject();
    }

    private static void WriteSpans<T>(Utf8JsonWriter json, string name, ImmutableArray<T> items, Func<T, TrueSpan> span, Action<T> rest)
    {
        json.WriteStartArray(name);
        foreach (T item in items)
        {
            json.WriteStartObject();
            json.WriteNumber("first"u8, span(item).First);
            json.WriteNumber("end"u8, span(item).End);
            rest(item);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteEpochs(Utf8JsonWriter json, ImmutableArray<TrueEpoch> epochs)
    {
        json.WriteStartArray("epochs"u8);
        foreach (TrueEpoch epoch in epochs)
        {
            json.WriteStartObject();
            json.WriteNumber("epoch"u8, epoch.Epoch);
            json.WriteNumber("first"u8, epoch.First);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
