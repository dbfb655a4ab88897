using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;

namespace AnyEcg.Protocol;

/// <summary>What a worker says of itself.</summary>
public enum WorkerState : byte
{
    Up,

    /// <summary>It has been told to end: it finishes its steps and takes nothing new.</summary>
    Draining,

    /// <summary>Gone: said by itself at the end of a drain, or by the broker as its Will.</summary>
    Down,
}

/// <summary>The retained status of a worker; with <see cref="WorkerState.Down"/> and no time, its Will. Immutable.</summary>
public sealed record WorkerStatus
{
    private static readonly string[] StateNames = Rejections.Names<WorkerState>();

    public required string WorkerId { get; init; }

    public required WorkerState State { get; init; }

    /// <summary>When it was written, nanoseconds since the Unix epoch; null in a Will, which is written before the fact.</summary>
    public long? TimeNs { get; init; }

    public string? Version { get; init; }

    /// <summary>Groups it serves; empty for all.</summary>
    public ImmutableArray<string> Groups { get; init; } = [];

    public string? ModelId { get; init; }

    /// <summary>cpu or cuda.</summary>
    public string? Engine { get; init; }

    /// <summary>Streams it holds now.</summary>
    public int? Streams { get; init; }

    /// <summary>Reads a payload; <paramref name="status"/> is null exactly when a reason is returned.</summary>
    public static DocumentRejection TryParse(ReadOnlyMemory<byte> utf8, out WorkerStatus? status)
    {
        status = null;
        DocumentRejection fault = StatusJson.Open(utf8, null, out JsonDocument? document);
        if (fault != DocumentRejection.None)
            return fault;
        using (document)
        {
            JsonElement root = document!.RootElement;
            bool good = root.TryText("workerId", out string? id)
                & root.TryName("state", StateNames, out int? state)
                & root.TryTime("time", out long? time)
                & root.TryText("version", out string? version)
                & TryGroups(root, out ImmutableArray<string> groups)
                & root.TryText("modelId", out string? model)
                & root.TryText("engine", out string? engine)
                & root.TryInteger("streams", 0, int.MaxValue, null, out long? streams);
            if (!good || id is null || state is null)
                return DocumentRejection.BadField;
            status = new WorkerStatus
            {
                WorkerId = id,
                State = (WorkerState)state,
                TimeNs = time,
                Version = version,
                Groups = groups,
                ModelId = model,
                Engine = engine,
                Streams = (int?)streams,
            };
            return DocumentRejection.None;
        }
    }

    public void Write(IBufferWriter<byte> output)
    {
        using Utf8JsonWriter json = new(output, JsonOutput.Options);
        json.WriteStartObject();
        json.WriteString("workerId"u8, WorkerId);
        json.WriteString("state"u8, StateNames[(int)State]);
        if (TimeNs is long time)
            json.WriteString("time"u8, IsoTime.Format(time));
        if (Version is not null)
            json.WriteString("version"u8, Version);
        json.WriteStartArray("groups"u8);
        foreach (string group in Groups)
            json.WriteStringValue(group);
        json.WriteEndArray();
        if (ModelId is not null)
            json.WriteString("modelId"u8, ModelId);
        if (Engine is not null)
            json.WriteString("engine"u8, Engine);
        if (Streams is int streams)
            json.WriteNumber("streams"u8, streams);
        json.WriteEndObject();
    }

    private static bool TryGroups(JsonElement root, out ImmutableArray<string> groups)
    {
        groups = [];
        if (!root.TryGetProperty("groups", out JsonElement array))
            return true;
        if (array.ValueKind != JsonValueKind.Array)
            return false;
        List<string> read = [];
        foreach (JsonElement item in array.EnumerateArray())
        {
            if (!item.TryString(out string? group))
                return false;
            read.Add(group);
        }

        groups = [.. read];
        return true;
    }
}
