using System.Text.Json;
using AnyEcg.Recordings;
using AnyEcg.Signal;

namespace AnyEcg.Tool.Tests;

public sealed class PrepareTests : IDisposable
{
    private readonly TemporaryRecords records = new();

    private string Shards => Path.Combine(records.Folder, "shards");

    [Fact]
    public void Build_SpikeOncePerSecond_StandsWhereItsBeatLabelStands()
    {
        string path = records.Add("r1", 12, (125, 28, "(N"), (875, 1, ""), (1125, 5, ""));

        Shard shard = ShardBuilder.Build(new PrepareItem(path, "set", null), Request(path), CancellationToken.None);

        Assert.Equal([(byte)Lead.ModifiedLimb], shard.Leads);
        Assert.InRange(shard.Seconds, 11, 12);
        Assert.Equal([1050, (int)BeatClass.N, 1350, (int)BeatClass.V], shard.Beats);
        Assert.Equal(-1, shard.Rhythm[0]);
        Assert.Equal(0, shard.Rhythm[5]);
        Assert.Equal(2 * shard.Seconds * ContextFeatures.Count, shard.Context.Length);
        Assert.Equal(shard.Context[..(shard.Seconds * ContextFeatures.Count)], shard.Context[(shard.Seconds * ContextFeatures.Count)..]);
        Half[] second = shard.Patches[(3 * 300)..(4 * 300)];
        int peak = Array.IndexOf(second, second.Max());
        Assert.InRange(peak, 147, 156);
        Assert.InRange((float)second[peak], 0.4f, 1.1f);
    }

    [Fact]
    public void Build_ListEntry_LabelsTheWholeRecording()
    {
        string path = records.Add("r1", 9);

        Shard shard = ShardBuilder.Build(new PrepareItem(path, "set", new SplitEntry("A", "train")), Request(path) with { Mains = MainsFrequency.Hz60 }, CancellationToken.None);

        Assert.All(shard.Rhythm, second => Assert.Equal((sbyte)RhythmClass.AtrialFibrillation, second));
        Assert.Equal(("A", "train"), (shard.Label, shard.Split));
        Assert.Empty(shard.Beats);
    }

    [Fact]
    public void Run_ListOfSeveralLabels_StandInTheShard()
    {
        records.Add("r1", 9);
        string list = records.PathOf("list.csv");
        File.WriteAllText(list, "record,labels,unknown,anomaly,age,sex,split\nr1,AF;RBBB,SA,1,74,f,train\n");

        Prepare(Request(records.Folder) with { Labels = list });

        using JsonDocument about = JsonDocument.Parse(File.ReadAllText(Path.Combine(Shards, "r1.json")));
        JsonElement root = about.RootElement;
        Assert.Equal(["AF", "RBBB"], root.GetProperty("labels").EnumerateArray().Select(label => label.GetString()));
        Assert.Equal(["SA"], root.GetProperty("unknownLabels").EnumerateArray().Select(label => label.GetString()));
        Assert.Equal((1, 74, "f"), (root.GetProperty("anomaly").GetInt32(), root.GetProperty("age").GetInt32(), root.GetProperty("sex").GetString()));
        Assert.Equal((byte)RhythmClass.AtrialFibrillation, File.ReadAllBytes(Path.Combine(Shards, "r1.rhythm.npy"))[^1]);
    }

    [Fact]
    public void Build_WithNoise_PatchesAndContextHaveItAndTheShardSaysSo()
    {
        string path = records.Add("r1", 12, (125, 28, "(N"), (875, 1, ""));
        string noise = records.Add("hum", 9);
        PrepareItem item = new(path, "set", null);
        PrepareRequest loud = Request(path) with { Noise = new NoiseMix(NoiseLibrary.Parse([noise], 1), 0) };

        Shard clean = ShardBuilder.Build(item, Request(path), CancellationToken.None);
        Shard noisy = ShardBuilder.Build(item, loud, CancellationToken.None);

        Assert.Null(clean.Noise);
        Assert.StartsWith("hum from ", noisy.Noise, StringComparison.Ordinal);
        Assert.EndsWith(" at 0 dB", noisy.Noise, StringComparison.Ordinal);
        Assert.Equal(clean.Beats, noisy.Beats);
        Assert.NotEqual(clean.Patches, noisy.Patches);
        Assert.NotEqual(clean.Context, noisy.Context);
    }

    [Fact]
    public async Task Command_NoiseWithoutRatio_IsRefused()
    {
        string path = records.Add("r1", 9);
        System.CommandLine.RootCommand root = new() { PrepareCommand.Create() };
        Assert.Equal(ExitCodes.Usage, await root.Parse(["prepare", path, "--out", Shards, "--noise", path]).InvokeAsync());
    }

    [Fact]
    public void Run_Twice_SameBytes()
    {
        records.Add("r1", 9, (100, 1, ""));
        PrepareRequest request = Request(records.Folder);

        Prepare(request);
        Dictionary<string, byte[]> first = Directory.GetFiles(Shards).ToDictionary(file => file, File.ReadAllBytes);
        Prepare(request);

        Assert.Equal(7, first.Count);
        Assert.All(first, file => Assert.Equal(file.Value, File.ReadAllBytes(file.Key)));
    }

    [Fact]
    public void Run_DamagedRecording_IsNamedAndDoesNotStopTheOthers()
    {
        records.Add("good", 9);
        records.Add("bad", 9);
        File.WriteAllText(records.PathOf("bad.hea"), "bad 1 250 2250\nbad.dat 999 200 16 0 0 0 0 MLII\n");

        IReadOnlyList<string> failures = Prepare(Request(records.Folder));

        Assert.Contains("bad", Assert.Single(failures), StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(Shards, "good.json")));
        Assert.False(File.Exists(Path.Combine(Shards, "bad.json")));
    }

    [Fact]
    public void Plan_ListAndSplit_TakesOnlyThatSplitInOrderOfNames()
    {
        records.Add("b", 9);
        records.Add("a", 9);
        records.Add("c", 9);
        records.Add("unlisted", 9);
        string list = records.PathOf("list.csv");
        File.WriteAllText(list, "record,label,split\nb,N,train\na,A,train\nc,N,test\n");

        IReadOnlyList<PrepareItem> items = PrepareJob.Plan(Request(records.Folder) with { Labels = list, Splits = ["train"] });

        Assert.Equal(["a", "b"], items.Select(item => Path.GetFileName(item.Path)));
    }

    [Fact]
    public void Plan_NoSuchRecording_Throws() =>
        Assert.Throws<FileNotFoundException>(() => PrepareJob.Plan(Request(records.PathOf("nothing"))));

    [Theory]
    [InlineData("prepare")]
    [InlineData("prepare", "--out", "somewhere")]
    [InlineData("prepare", "r1", "--out", "somewhere", "--mains", "55")]
    public void Command_BadUsage_IsAParseError(params string[] arguments) =>
        Assert.NotEmpty(new System.CommandLine.RootCommand { PrepareCommand.Create() }.Parse(arguments).Errors);

    [Fact]
    public async Task Command_OneRecording_WritesItsShardAndEndsWith0()
    {
        string path = records.Add("r1", 9);
        System.CommandLine.RootCommand root = new() { PrepareCommand.Create() };

        int code = await root.Parse(["prepare", path, "--out", Shards, "--source", "made-up"]).InvokeAsync();

        Assert.Equal(ExitCodes.Done, code);
        string about = File.ReadAllText(Path.Combine(Shards, "r1.json"));
        Assert.Contains("\"source\": \"made-up\"", about, StringComparison.Ordinal);
    }

    public void Dispose() => records.Dispose();

    private static IReadOnlyList<string> Prepare(PrepareRequest request) =>
        PrepareJob.Run(request, PrepareJob.Plan(request), _ => { }, CancellationToken.None);

    private PrepareRequest Request(string record) => new() { Records = [record], Out = Shards };
}
