using System.Buffers;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;

namespace AnyEcg.Mqtt;

/// <summary>
/// One connection's byte stream, as packets: a receive loop that hands each packet to a sink where the bytes lie, and a send
/// loop that writes what the <see cref="Outbound"/> queue gathered. Both client and broker stand on it.
/// </summary>
#pragma warning disable CA1001 // The source has neither a timer nor a handle.
internal sealed class PacketLink
#pragma warning restore CA1001
{
    private const int DiscardSize = 16 * 1024;

    private static readonly TimeSpan FlushBudget = TimeSpan.FromSeconds(2);

    /// <summary>A sink that has no room is waited for so long; then a little is read all the same.</summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(5);

    private readonly Stream stream;
    private readonly CancellationTokenSource reading = new();
    private readonly TimeProvider time;
    private LinkEnd? end;

    /// <param name="stream">Owned from here on.</param>
    /// <param name="maximumPacketSize">Largest packet accepted, bytes.</param>
    /// <param name="outboundLimit">Limit of the outbound queue, bytes.</param>
    /// <param name="time">Clock of the flush at the end.</param>
    /// <param name="readSize">One read usually takes up to this many bytes.</param>
    public PacketLink(Stream stream, uint maximumPacketSize, int outboundLimit, TimeProvider time, int readSize)
    {
        this.stream = stream;
        this.time = time;
        Input = new ReceiveBuffer(readSize, maximumPacketSize);
        Outbound = new OutboundQueue(outboundLimit);
    }

    public OutboundQueue Outbound { get; }

    /// <summary>Receive loop only.</summary>
    public ReceiveBuffer Input { get; }

    /// <summary>Receive on a thread of its own where it is plain TCP (<see cref="ReceiveThread"/>): for few connections with much to receive.</summary>
    public bool OwnThread { get; init; }

    /// <summary>Its end has begun: by one of the sides, or by the loss of the connection.</summary>
    public bool IsEnding => Volatile.Read(ref end) is not null;

    /// <summary>Runs both loops to the end of the link; returns why it ended. Throws only what the sink throws.</summary>
    public async Task<LinkEnd> RunAsync(IPacketSink sink)
    {
        Task sending = SendAsync();
        try
        {
            if (OwnThread && stream is NetworkStream network)
                await ReceiveOnThreadAsync(network.Socket, sink).ConfigureAwait(false);
            else
                await ReceiveAsync(sink).ConfigureAwait(false);
        }
        finally
        {
            await FinishAsync(sending).ConfigureAwait(false);
        }

        return end!;
    }

    /// <summary>Ends the link after what waits has been sent. Any thread; the first reason stays.</summary>
    public void End(MqttReasonCode reasonCode, string reason) => End(new LinkEnd(reasonCode, reason));

    /// <summary>The same with all that is known.</summary>
    public void End(LinkEnd why)
    {
        Interlocked.CompareExchange(ref end, why, null);
        Outbound.Close();
        reading.Cancel();
    }

    /// <summary>The same for a connection that broke.</summary>
    public void EndAsLost(Exception loss) => End(MqttReasonCode.UnspecifiedError, $"connection lost: {loss.Message}");

    /// <summary>Ends the link at once, as a crash would.</summary>
    public void Abort(MqttReasonCode reasonCode, string reason)
    {
        End(reasonCode, reason);
        stream.Dispose();
    }

    /// <summary>TLS adds two kinds to the usual ones: an alert after the handshake, and OpenSSL's own word of a connection in pieces.</summary>
    public static bool IsLoss(Exception exception) =>
        exception is IOException or SocketException or ObjectDisposedException or OperationCanceledException
            or AuthenticationException or CryptographicException;

    /// <summary>So many bytes came into <see cref="Input"/>, 0 at the end: delivers what is whole. Receive loop only.</summary>
    public void Take(int count, IPacketSink sink)
    {
        Input.Added(count);
        Outbound.Cork();
        try
        {
            while (end is null && Input.TryTake(out byte header, out ReadOnlySpan<byte> body))
                sink.OnPacket(header, body);
        }
        catch (MqttProtocolException e)
        {
            sink.OnProtocolError(e.ReasonCode);
            End(e.ReasonCode, e.Message);
        }
        finally
        {
            Outbound.Uncork();
        }

        if (count == 0)
            End(new LinkEnd(MqttReasonCode.UnspecifiedError, "closed by the peer") { ClosedByPeer = true });
    }

    private async Task ReceiveAsync(IPacketSink sink)
    {
        while (end is null)
        {
            int count;
            try
            {
                count = await stream.ReadAsync(Input.Room(), reading.Token).ConfigureAwait(false);
            }
            catch (Exception e) when (IsLoss(e))
            {
                EndAsLost(e);
                return;
            }

            Take(count, sink);
            for (TimeSpan waited = TimeSpan.Zero; waited < LongestPause && end is null && !sink.HasRoom(); waited += Look)
                await Task.Delay(Look, time).ConfigureAwait(false);
        }
    }

    private Task ReceiveOnThreadAsync(Socket socket, IPacketSink sink)
    {
        Outbound.AnswersMayGather = true;
        return new ReceiveThread(this, socket, sink).RunAsync();
    }

    private async Task SendAsync()
    {
        try
        {
            while (true)
            {
                ReadOnlyMemory<byte> chunk = await Outbound.TakeAsync().ConfigureAwait(false);
                if (chunk.IsEmpty)
                    return;
                await stream.WriteAsync(chunk).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (IsLoss(e))
        {
            EndAsLost(e);
        }
    }

    private async Task FinishAsync(Task sending)
    {
        Outbound.Close();
        try
        {
            await sending.WaitAsync(FlushBudget, time).ConfigureAwait(false);
            await LingerAsync().WaitAsync(FlushBudget, time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // The peer takes nothing any more; closing below unblocks both.
        }

        await stream.DisposeAsync().ConfigureAwait(false);
        await sending.ConfigureAwait(false);
        Input.Dispose();
    }

    /// <summary>
    /// Closing a socket with unread bytes resets it, which can destroy a DISCONNECT on its way to the peer: so says goodbye
    /// first and reads on until the peer closes too.
    /// </summary>
    private async Task LingerAsync()
    {
        byte[] discarded = ArrayPool<byte>.Shared.Rent(DiscardSize);
        try
        {
            await SayGoodbyeAsync().ConfigureAwait(false);
            while (await stream.ReadAsync(discarded).ConfigureAwait(false) > 0)
            {
            }
        }
        catch (Exception e) when (IsLoss(e))
        {
            // Gone already: nothing to wait for.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(discarded);
        }
    }

    private async Task SayGoodbyeAsync()
    {
        if (stream is NetworkStream network)
            network.Socket.Shutdown(SocketShutdown.Send);
        else if (stream is SslStream secure)
            await secure.ShutdownAsync().ConfigureAwait(false);
        else if (stream is WebSocketStream socket)
            await socket.CloseOutputAsync().ConfigureAwait(false);
    }
}
