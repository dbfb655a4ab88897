using AnyEcg.Mqtt;

namespace AnyEcg.Simulator.Tests;

public sealed class SimulatorCommandTests
{
    [Theory]
    [InlineData("")]
    [InlineData("--record r --devices many")]
    [InlineData("--record r --wrong")]
    [InlineData("--record r --speed warp")]
    [InlineData("--record r --broker nowhere")]
    [InlineData("--record r --qos 2")]
    [InlineData("--record r --mains 55")]
    [InlineData("--record r --loss 1.5")]
    [InlineData("--record r --duration -1")]
    [InlineData("--record r --codec morse")]
    [InlineData("--record r --store-seconds 0")]
    [InlineData("--record r --store-bytes -1")]
    [InlineData("--record r --catch-up 1")]
    [InlineData("--record r --drain -1")]
    public async Task RunAsync_BadUsage_Is2(string line)
    {
        (int code, _, string error) = await RunAsync(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(2, code);
        Assert.Contains("--help", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mqtt://broker.example", "mqtts://")]
    [InlineData("mqtt://me:hunter2@127.0.0.1", "do not belong into a URL")]
    [InlineData("http://127.0.0.1", "scheme")]
    public async Task RunAsync_BrokerThatWouldBeReadByOthers_Is2(string url, string said)
    {
        (int code, _, string error) = await RunAsync("--record", "r", "--broker", url);
        Assert.Equal(2, code);
        Assert.Contains(said, error, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_MissingRecord_Is2()
    {
        (int code, _, string error) = await RunAsync("--record", Path.Combine(Path.GetTempPath(), "anyecg-no-such-record"));
        Assert.Equal(2, code);
        Assert.Contains("anyecg-no-such-record", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--record r --synthetic Sinus")]
    [InlineData("--synthetic Polka")]
    [InlineData("--synthetic Sinus --rate 5")]
    [InlineData("--synthetic Sinus --leads II,XX")]
    [InlineData("--synthetic Sinus --write-only")]
    [InlineData("--synthetic Sinus --broker http://127.0.0.1")]
    [InlineData("--synthetic Sinus --ca no-such-file.pem")]
    [InlineData("--scenario no-such-scenario.json")]
    [InlineData("--scenario scenarios/quiet-ward.json --devices 3")]
    [InlineData("--scenario scenarios/quiet-ward.json --seed 3 --truth")]
    [InlineData("--scenario scenarios/quiet-ward.json --speed max --connections 99")]
    [InlineData("--record r --leads II")]
    public async Task RunAsync_BadSource_Is2(string line)
    {
        (int code, _, string error) = await RunAsync(line.Replace("scenarios/", Path.Combine(AppContext.BaseDirectory, "scenarios") + "/", StringComparison.Ordinal).Split(' '));
        Assert.Equal(2, code);
        Assert.Contains("--help", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_ScenarioWithAFault_Is2AndNamesIt()
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory("anyecg-scenario-").FullName, "bad.json");
        await File.WriteAllTextAsync(path, "{ \"name\": \"n\",\n \"divices\": [] }");
        (int code, _, string error) = await RunAsync("--scenario", path);
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
        Assert.Equal(2, code);
        Assert.Contains("bad.json, line 2", error, StringComparison.Ordinal);
        Assert.Contains("divices", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_Synthetic_PublishesTheTruthBeside()
    {
        await using EmbeddedBroker broker = new(new EmbeddedBrokerOptions(), TimeProvider.System);
        await broker.StartAsync(CancellationToken.None);
        string path = Path.Combine(Directory.CreateTempSubdirectory("anyecg-scenario-").FullName, "short.json");
        await File.WriteAllTextAsync(
            path,
            "{ \"name\": \"n\", \"devices\": [{ \"count\": 2, \"prefix\": \"p-\", \"synthetic\": { \"programme\": [{ \"rhythm\": \"sinus\", \"seconds\": 20 }] } }] }");
        string folder = Path.GetDirectoryName(path)!;
        (int code, string output, string error) = await RunAsync(
            "--scenario", path, "--broker", $"mqtt://127.0.0.1:{broker.Port}", "--speed", "max", "--write", Path.Combine(folder, "out"));
        Assert.True(code == 0, error);
        Assert.Contains("2 devices, 40 frames sent", output, StringComparison.Ordinal);
        Assert.Equal(3 * 2, broker.RetainedCount);
        Assert.Equal(8, Directory.GetFiles(Path.Combine(folder, "out")).Length);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task RunAsync_Help_Is0() => Assert.Equal(0, (await RunAsync("--help")).Code);

    [Fact]
    public async Task RunAsync_RecordToBroker_Is0AndSaysWhatWasSent()
    {
        using TestRecord record = new(samples: 1_000);
        await using EmbeddedBroker broker = new(new EmbeddedBrokerOptions(), TimeProvider.System);
        await broker.StartAsync(CancellationToken.None);
        (int code, string output, string error) = await RunAsync(
            "--broker", $"127.0.0.1:{broker.Port}", "--record", record.Path, "--speed", "max", "--devices", "3", "--codec", "deltaVarint", "--qos", "0");
        Assert.True(code == 0, error);
        Assert.Contains("3 devices, 12 frames sent", output, StringComparison.Ordinal);
        Assert.Contains("samples: 3000 = 3000 acknowledged + 0 stored + 0 dropped + 0 lost", output, StringComparison.Ordinal);
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(params string[] args)
    {
        using StringWriter output = new(), error = new();
        int code = await new SimulatorCommand().RunAsync(args, output, error, TimeProvider.System);
        return (code, output.ToString(), error.ToString());
    }
}
