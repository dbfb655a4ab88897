using System.Diagnostics;
using AnyEcg.Mqtt;
using AnyEcg.Protocol;
using AnyEcg.Signal;

namespace AnyEcg.Simulator.Tests;

/// <summary>An embedded broker with a listener, and a folder of its own for the programs of the guide.</summary>
internal sealed class GuideRig : IAsyncDisposable
{
    private readonly CancellationTokenSource patience = new(TimeSpan.FromSeconds(60));
    private readonly EmbeddedBroker broker;
    private readonly Listener listener;
    private readonly MqttConnection subscriber;

    private GuideRig(EmbeddedBroker broker, Listener listener, MqttConnection subscriber)
        => (this.broker, this.listener, this.subscriber) = (broker, listener, subscriber);

    public int Port => broker.Port;

    public string Folder { get; } = Directory.CreateTempSubdirectory("guide").FullName;

    public CancellationToken Token => patience.Token;

    public static async Task<GuideRig> StartAsync()
    {
        EmbeddedBroker broker = new(new EmbeddedBrokerOptions(), TimeProvider.System);
        await broker.StartAsync(CancellationToken.None);
        (Listener listener, MqttConnection subscriber) = await Listener.StartAsync(broker.Port, CancellationToken.None);
        return new GuideRig(broker, listener, subscriber);
    }

    /// <summary>A file in the folder; returns its path.</summary>
    public string Write(string name, string text)
    {
        string path = Path.Combine(Folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>Runs a program to its end, which must be a success; its broker is ours.</summary>
    public async Task RunAsync(string program, params string[] arguments)
    {
        // The mosquitto clients read further options from a file of their name in this folder.
        Write("mosquitto_pub", $"-p {Port}\n");
        ProcessStartInfo start = new(program, arguments) { RedirectStandardError = true, WorkingDirectory = Folder };
        start.Environment["XDG_CONFIG_HOME"] = Folder;
        start.Environment["MQTT_PORT"] = Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
        start.Environment["PYTHONPATH"] = Folder;
        using Process process = Process.Start(start)!;
        string errors = await process.StandardError.ReadToEndAsync(Token);
        await process.WaitForExitAsync(Token);
        Assert.True(process.ExitCode == 0, errors);
    }

    /// <summary>Waits for the frames of a stream and reads all it sent.</summary>
    public async Task<(StreamDescriptor Descriptor, EcgFrame[] Frames)> ReceivedAsync(string stream, int frames)
    {
        while (Of(stream, InputKind.Frame).Count() < frames)
            await Task.Delay(10, Token);
        Assert.Equal(DescriptorRejection.None, DescriptorJson.TryParse(Of(stream, InputKind.Meta).First().Payload, out StreamDescriptor? descriptor));
        EcgFrame[] read = [.. Of(stream, InputKind.Frame).Select(message =>
        {
            EcgFrame frame = new();
            Assert.Equal(FrameRejection.None, FrameDecoder.Decode(message.ContentType, descriptor, message.Payload, frame));
            return frame;
        })];
        return (descriptor!, read);
    }

    public async ValueTask DisposeAsync()
    {
        await subscriber.DisposeAsync();
        await broker.DisposeAsync();
        patience.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    private IEnumerable<(byte[] Payload, string? ContentType)> Of(string stream, InputKind kind) => listener.Messages
        .Where(m => m.Topic.Key == new StreamKey("demo", stream) && m.Topic.Kind == kind).Select(m => (m.Payload, m.ContentType));
}
