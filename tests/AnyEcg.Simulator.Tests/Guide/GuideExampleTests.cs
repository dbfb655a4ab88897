using System.Globalization;
using AnyEcg.Protocol;
using AnyEcg.Signal;
using Xunit.Abstractions;

namespace AnyEcg.Simulator.Tests;

/// <summary>Runs every example of docs/devices.md as it stands there, without its waits.</summary>
public sealed class GuideExampleTests(ITestOutputHelper output)
{
    private const string Python = "/usr/bin/python3";

    /// <summary>A strap for the gateway: five notifications of 73 samples, then it is gone.</summary>
    private const string Strap = """
        import struct

        class BleakClient:
            def __init__(self, address, disconnected_callback):
                self.gone = disconnected_callback

            async def __aenter__(self):
                return self

            async def __aexit__(self, *error):
                pass

            async def start_notify(self, characteristic, callback):
                assert characteristic == "fb005c82-02e7-f387-1cad-8acd2d8df0c8"
                self.callback = callback

            async def write_gatt_char(self, characteristic, data, response):
                assert characteristic == "fb005c81-02e7-f387-1cad-8acd2d8df0c8" and data == bytes.fromhex("02000001820001010e00")
                for n in range(5):
                    time = 599616000000000000 + round((73 * (n + 1) - 1) / 130 * 1e9)
                    samples = b"".join(struct.pack("<i", 100 * n + i)[:3] for i in range(73))
                    self.callback(None, bytearray(struct.pack("<BQB", 0, time, 0) + samples))
                self.gone(self)
        """;

    [Fact]
    public async Task Shell_RunAgainstABroker_SendsTenSeconds()
    {
        if (Skip(!OnPath("mosquitto_pub") || !OnPath("bash"), "bash or mosquitto_pub is missing"))
            return;
        await using GuideRig rig = await GuideRig.StartAsync();
        await rig.RunAsync("bash", "-c", "sleep() { :; }\n" + Guide.Blocks("sh").Single());
        await AssertTenBeatsAsync(rig, "shell");
    }

    [Fact]
    public async Task Python_RunAgainstABroker_SendsTenSeconds()
    {
        if (Skip(!HasPaho(), "python3-paho-mqtt is missing"))
            return;
        await using GuideRig rig = await GuideRig.StartAsync();
        await rig.RunAsync(Python, rig.Write("device.py", WithoutSleep(Guide.Blocks("python")[0])));
        await AssertTenBeatsAsync(rig, "python");
    }

    [Fact]
    public async Task PythonGateway_WithAStrap_PassesItsNotificationsOn()
    {
        if (Skip(!HasPaho(), "python3-paho-mqtt is missing"))
            return;
        await using GuideRig rig = await GuideRig.StartAsync();
        rig.Write("bleak.py", Strap);
        await rig.RunAsync(Python, rig.Write("gateway.py", Guide.Blocks("python")[1]), "00:11:22:33:44:55");
        (StreamDescriptor descriptor, EcgFrame[] frames) = await rig.ReceivedAsync("h10", 5);
        PositionTracker positions = new(descriptor.SampleRateHz);
        foreach (EcgFrame frame in frames)
            positions.Place(frame);
        Assert.Equal([0, 73, 146, 219, 292], frames.Select(f => f.FirstSample - frames[0].FirstSample));
        Assert.Equal(Enumerable.Range(400, 73).Select(i => (float)i), frames[4].Samples.ToArray());
    }

    [Fact]
    public async Task CSharp_AsCompiled_IsTheExampleAndSendsTenSeconds()
    {
        string source = File.ReadAllText(Path.Combine(Guide.Root, "tests", "AnyEcg.Simulator.Tests", "Guide", "CSharpDevice.cs"));
        string example = string.Join('\n', source.Split("// <example>\n")[1].Split("        // </example>")[0]
            .Split('\n').Select(line => line.Length > 8 ? line[8..] : line.Trim()));
        Assert.Equal(Guide.Blocks("csharp").Single().Replace("TimeSpan.FromSeconds(1)", "second", StringComparison.Ordinal), example);

        await using GuideRig rig = await GuideRig.StartAsync();
        await CSharpDevice.RunAsync(rig.Port, TimeSpan.Zero, rig.Token);
        await AssertTenBeatsAsync(rig, "csharp");
    }

    [Fact]
    public async Task C_Compiled_WritesFramesThatTheDecoderReads()
    {
        if (Skip(!OnPath("gcc"), "gcc is missing"))
            return;
        await using GuideRig rig = await GuideRig.StartAsync();
        string source = rig.Write("device.c", "#include <stdio.h>\n" + Guide.Blocks("c").Single() + """

            void mqtt_publish(const char *topic, const uint8_t *payload, unsigned length) {
              FILE *file = fopen("frames", "ab");
              if (strcmp(topic, "ecg/v1/demo/c/frame") == 0) fwrite(payload, 1, length, file);
              fclose(file);
            }
            int main(void) {
              int16_t samples[250];
              for (int i = 0; i < 250; i++) samples[i] = (int16_t)(i * 100 - 12500);
              send_frame(7, 0, samples, 250);
              send_frame(7, 250, samples, 250);
              return 0;
            }
            """);
        await rig.RunAsync("gcc", "-std=c99", "-Wall", "-Wextra", "-Werror", "-fsanitize=undefined", "-o", "device", source);
        await rig.RunAsync(Path.Combine(rig.Folder, "device"));
        byte[] sent = await File.ReadAllBytesAsync(Path.Combine(rig.Folder, "frames"));
        Assert.Equal(2 * 540, sent.Length);
        for (int n = 0; n < 2; n++)
        {
            EcgFrame frame = new();
            Assert.Equal(FrameRejection.None, NativeFrameCodec.Decode(sent.AsSpan(n * 540, 540), frame));
            Assert.Equal((7u, n * 250L, 1, 250), (frame.Epoch, frame.FirstSample, frame.LeadCount, frame.SamplesPerLead));
            Assert.Equal(Enumerable.Range(0, 250).Select(i => (i * 100f) - 12500), frame.Samples.ToArray());
        }
    }

    private static async Task AssertTenBeatsAsync(GuideRig rig, string stream)
    {
        (StreamDescriptor descriptor, EcgFrame[] frames) = await rig.ReceivedAsync(stream, 10);
        Assert.Equal((250, Lead.II), (descriptor.SampleRateHz, descriptor.Leads.Single().Lead));
        Assert.Equal(Enumerable.Range(0, 10).Select(s => 250L * s), frames.Select(f => f.FirstSample));
        Assert.All(frames, frame => Assert.Equal((250, 1000f, 60), (frame.SamplesPerLead, frame.Samples[60], frame.Samples.IndexOf(1000f))));
    }

    private static string WithoutSleep(string python) => "import time\ntime.sleep = lambda seconds: None\n" + python;

    private static bool OnPath(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)));

    private static bool HasPaho()
    {
        if (!File.Exists(Python))
            return false;
        using System.Diagnostics.Process process = System.Diagnostics.Process.Start(Python, ["-c", "import importlib.util, sys; sys.exit(importlib.util.find_spec('paho') is None)"]);
        process.WaitForExit();
        return process.ExitCode == 0;
    }

    private bool Skip(bool missing, string reason)
    {
        if (missing)
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Skipped: {reason}."));
        return missing;
    }
}
