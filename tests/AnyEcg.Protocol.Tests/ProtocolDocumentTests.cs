using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using AnyEcg.Signal;
using Xunit.Abstractions;

namespace AnyEcg.Protocol.Tests;

/// <summary>Holds docs/protocol.md to the code.</summary>
public sealed partial class ProtocolDocumentTests(ITestOutputHelper output)
{
    [Fact]
    public void Document_NamesEveryReason()
    {
        string text = RepositoryFiles.Protocol;
        IEnumerable<string> names = Enum.GetValues<FrameRejection>().Select(r => r.WireName())
            .Concat(Enum.GetValues<DescriptorRejection>().Select(r => r.WireName()))
            .Concat(Enum.GetValues<TopicRejection>().Select(r => r.WireName()))
            .Concat(Enum.GetValues<CommandRejection>().Select(r => r.WireName()))
            .Concat(Enum.GetValues<CommandRefusal>().Select(r => r.WireName()))
            .Concat(Enum.GetValues<CommandKind>().Select(r => r.WireName()))
            .Concat(Enum.GetValues<CommandOutcome>().Select(r => r.WireName()))
            .Concat(Enum.GetValues<DocumentRejection>().Select(r => r.WireName()))
            .Where(name => name != "none");
        Assert.All(names, name => Assert.Contains($"`{name}`", text, StringComparison.Ordinal));
    }

    [Fact]
    public void Tutorial_RunByTheShell_SendsWhatTheWorkerAccepts()
    {
        if (!OperatingSystem.IsLinux() || !File.Exists("/bin/bash"))
        {
            output.WriteLine("Skipped: the tutorial is for bash, which is missing here.");
            return;
        }

        (string Topic, string Payload)[] sent = [.. RunTutorial().Select(line => line.Split('\t')).Select(parts => (parts[0], parts[1]))];
        Assert.Equal(31, sent.Length);
        Assert.Equal("ecg/v1/demo/p1/meta", sent[0].Topic);
        Assert.Equal(DescriptorRejection.None, DescriptorJson.TryParse(Encoding.UTF8.GetBytes(sent[0].Payload), out StreamDescriptor? descriptor));

        EcgFrame frame = new();
        for (int second = 0; second < 30; second++)
        {
            (string topic, string payload) = sent[second + 1];
            Assert.Equal("ecg/v1/demo/p1/frame", topic);
            Assert.Equal(FrameRejection.None, FrameDecoder.Decode(null, descriptor, Encoding.UTF8.GetBytes(payload), frame));
            Assert.Equal((second * 250L, 250), (frame.FirstSample, frame.SamplesPerLead));
            Assert.Equal(1000, frame.Samples.ToArray().Max());
        }
    }

    /// <summary>Runs the document's lines with functions in place of the mosquitto clients; one "topic, tab, payload" per publish.</summary>
    private static string[] RunTutorial()
    {
        const string Stubs = """
            mosquitto_sub() { :; }
            sleep() { :; }
            mosquitto_pub() { while [ $# -gt 0 ]; do case $1 in -t) t=$2; shift;; -m) m=$2; shift;; esac; shift; done; printf '%s\t%s\n' "$t" "$m"; }
            """;
        string tutorial = TutorialBlock().Match(RepositoryFiles.Protocol).Groups[1].Value;
        ProcessStartInfo start = new("/bin/bash", ["-c", $"{Stubs}\n{tutorial}\nwait"]) { RedirectStandardOutput = true };
        using Process bash = Process.Start(start)!;
        string text = bash.StandardOutput.ReadToEnd();
        bash.WaitForExit();
        return text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    [GeneratedRegex("```sh\n(mosquitto_sub .*?)```", RegexOptions.Singleline)]
    private static partial Regex TutorialBlock();
}
