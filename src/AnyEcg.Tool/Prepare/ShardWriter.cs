using System.Text.Json;
using AnyEcg.Recordings;
using AnyEcg.Signal;

namespace AnyEcg.Tool;

/// <summary>Writes a shard as NAME.patches.npy, .present.npy, .context.npy, .beats.npy, .qrs.npy, .rhythm.npy and NAME.json (last: it marks the shard as whole).</summary>
internal static class ShardWriter
{
    private static readonly JsonWriterOptions Indented = new() { Indented = true, NewLine = "\n" };

    public static void Write(Shard shard, string folder)
    {
        Directory.CreateDirectory(folder);
        string stem = Path.Combine(folder, shard.Name);
        int leads = shard.Leads.Length;
        NpyFile.Write<Half>(stem + ".patches.npy", "<f2", shard.Patches, leads, shard.Seconds, PatchSecond.PatchSamples);
        NpyFile.Write<byte>(stem + ".present.npy", "|u1", shard.Present, leads, shard.Seconds);
        NpyFile.Write<float>(stem + ".context.npy", "<f4", shard.Context, leads + 1, shard.Seconds, ContextFeatures.Count);
        NpyFile.Write<int>(stem + ".beats.npy", "<i4", shard.Beats, shard.Beats.Length / 2, 2);
        NpyFile.Write<int>(stem + ".qrs.npy", "<i4", shard.Qrs, shard.Qrs.Length / 2, 2);
        NpyFile.Write<sbyte>(stem + ".rhythm.npy", "|i1", shard.Rhythm, shard.Seconds);
        WriteAbout(shard, stem + ".json");
    }

    private static void WriteAbout(Shard shard, string path)
    {
        using FileStream file = File.Create(path);
        using (Utf8JsonWriter json = new(file, Indented))
        {
            json.WriteStartObject();
            json.WriteString("name", shard.Name);
            json.WriteString("source", shard.Source);
            json.WriteString("label", shard.Label);
            json.WriteString("split", shard.Split);
            if (shard.Noise is { } noise)
            {
                json.WriteString("noise", noise);
            }

            json.WriteNumber("seconds", shard.Seconds);
            json.WriteBoolean("beatsAnnotated", shard.Beats.Length > 0);
            json.WriteStartArray("leads");
            foreach (byte lead in shard.Leads)
            {
                json.WriteNumberValue(lead);
            }

            json.WriteEndArray();
            WritePatient(json, shard.Patient);
            if (shard.Record is { } record)
            {
                WriteRecord(json, record);
            }

            json.WriteEndObject();
        }

        file.WriteByte((byte)'\n');
    }

    private static void WritePatient(Utf8JsonWriter json, Patient patient)
    {
        WriteNumberOrNull(json, "age", patient.AgeYears);
        json.WriteString("sex", patient.Sex switch { Sex.Female => "f", Sex.Male => "m", _ => null });
    }

    private static void WriteRecord(Utf8JsonWriter json, RecordLabels record)
    {
        WriteNumberOrNull(json, "anomaly", record.Abnormal is { } abnormal ? (abnormal ? 1 : 0) : null);
        WriteNames(json, "labels", record.Labels);
        WriteNames(json, "unknownLabels", record.Unknown);
    }

    private static void WriteNumberOrNull(Utf8JsonWriter json, string name, int? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
        else
        {
            json.WriteNull(name);
        }
    }

    private static void WriteNames(Utf8JsonWriter json, string name, IReadOnlyList<string> values)
    {
        json.WriteStartArray(name);
        foreach (string value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }
}
