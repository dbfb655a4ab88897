using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace AnyEcg.Benchmarks;

/// <summary>
/// The devices of the MQTT comparison: messages of QoS 1 with 560 bytes and a content type, on 2,000 topics over 20 connections, in
/// packets made beforehand. At a fixed rate, or as fast as the broker takes them.
/// </summary>
internal sealed class MqttLoad : IDisposable
{
    private const int Topics = 2000, Connections = 20, PayloadBytes = 560;

    /// <summary>Unacknowledged messages of one connection.</summary>
    private const int Window = 100;

    private readonly Publisher[] publishers;

    private MqttLoad(Publisher[] publishers) => this.publishers = publishers;

    public static async Task<MqttLoad> ConnectAsync(string host, int port, CancellationToken cancel)
    {
        Publisher[] publishers = new Publisher[Connections];
        for (int i = 0; i < Connections; i++)
        {
            byte[][] packets = [.. Enumerable.Range(0, Topics).Where(topic => topic % Connections == i).Select(Publish)];
            publishers[i] = await Publisher.ConnectAsync(host, port, i, packets, cancel);
        }

        return new MqttLoad(publishers);
    }

    /// <summary>Sends so many messages; completes when the broker has them all.</summary>
    /// <param name="messages">In all.</param>
    /// <param name="perSecond">Null: as fast as they are taken.</param>
    /// <param name="cancel">Ends it.</param>
    public async Task SendAsync(long messages, int? perSecond, CancellationToken cancel)
    {
        if (perSecond is not { } rate)
        {
            await Task.WhenAll(publishers.Select(p => p.SendAsync((int)(messages / Connections), cancel)));
        }
        else
        {
            await PaceAsync(messages, rate, cancel);
        }

        await Task.WhenAll(publishers.Select(p => p.WaitUntilTakenAsync(0, cancel)));
    }

    public void Dispose() => Array.ForEach(publishers, p => p.Dispose());

    private async Task PaceAsync(long messages, int rate, CancellationToken cancel)
    {
        using PeriodicTimer tick = new(TimeSpan.FromMilliseconds(1));
        long start = Stopwatch.GetTimestamp();
        for (long sent = 0; sent < messages;)
        {
            await tick.WaitForNextTickAsync(cancel);
            for (long due = Math.Min(messages, (long)(Stopwatch.GetElapsedTime(start).TotalSeconds * rate)); sent < due; sent++)
                await publishers[sent % Connections].SendAsync(1, cancel);
        }
    }

    private static byte[] Publish(int topic)
    {
        byte[] name = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"ecg/v1/bench/stream-{topic:D4}/frame"));
        byte[] type = [3, 0, 28, .. "application/vnd.anyecg.frame"u8];
        byte[] payload = new byte[PayloadBytes];
        new Random(topic).NextBytes(payload);
        byte[] body = [0, (byte)name.Length, .. name, 0, 1, (byte)type.Length, .. type, .. payload];
        return [0x32, (byte)(body.Length & 0x7F | 0x80), (byte)(body.Length >> 7), .. body];
    }

    /// <summary>One connection: MQTT 5, of which it needs no more than this.</summary>
    private sealed class Publisher(Socket socket, byte[][] packets) : IDisposable
    {
        private const int PacketIdAt = 3 + 2 + 30;
        private const int AckBytes = 4;

        private readonly byte[] acks = new byte[4096];
        private long sent, ackedBytes;

        public static async Task<Publisher> ConnectAsync(string host, int port, int number, byte[][] packets, CancellationToken cancel)
        {
            Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(host, port, cancel);
            await socket.SendAsync(new byte[] { 0x10, 15, 0, 4, (byte)'M', (byte)'Q', (byte)'T', (byte)'T', 5, 2, 0, 0, 0, 0, 2, (byte)'p', (byte)('A' + number) }, cancel);
            byte[] connack = new byte[256];
            if (await socket.ReceiveAsync(connack, cancel) < 4 || connack[3] != 0)
                throw new IOException("The broker refuses the devices.");
            return new Publisher(socket, packets);
        }

        public async Task SendAsync(int count, CancellationToken cancel)
        {
            for (int i = 0; i < count; i++)
            {
                byte[] packet = packets[sent % packets.Length];
                BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(PacketIdAt), (ushort)(1 + sent % 60_000));
                await socket.SendAsync(packet, cancel);
                sent++;
                await WaitUntilTakenAsync(Window - 1, cancel);
            }
        }

        /// <summary>Waits until the broker has all but so many.</summary>
        public async Task WaitUntilTakenAsync(int open, CancellationToken cancel)
        {
            while (sent - ackedBytes / AckBytes > open || socket.Available >= acks.Length / 4)
            {
                int count = await socket.ReceiveAsync(acks, cancel);
                ackedBytes += count > 0 ? count : throw new IOException("The broker closed the devices' connection.");
            }
        }

        public void Dispose() => socket.Dispose();
    }
}
