using System.Buffers;
using System.IO.Pipelines;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;

namespace AnyEcg.Mqtt;

/// <summary>
/// One connection's byte stream, as packets: a receive loop that hands each packet to a sink where the bytes lie, and a send
/// loop that writes what the <see cref="Outbound"/> queue gathered. Both client and broker stand on it.
/// </summary>
internal sealed class PacketLink
{
    private const int DiscardSize = 16 * 1024;

    private static readonly TimeSpan FlushBudget = TimeSpan.FromSeconds(2);

    private readonly Stream stream;
    private readonly PipeReader reader;
    private readonly uint maximumPacketSize;
    private readonly TimeProvider time;
    private LinkEnd? end;

    /// <param name="stream">Owned from here on.</param>
    /// <param name="maximumPacketSize">Largest packet accepted, bytes.</param>
    /// <param name="outboundLimit">Limit of the outbound queue, bytes.</param>
    /// <param name="time">Clock of the flush at the end.</param>
    /// <param name="readSize">One read takes up to this many bytes; packets much smaller mostly lie in one piece within it.</param>
    public PacketLink(Stream stream, uint maximumPacketSize, int outboundLimit, TimeProvider time, int readSize)
    {
        this.stream = stream;
        this.maximumPacketSize = maximumPacketSize;
        this.time = time;
        reader = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: readSize, leaveOpen: true));
        Outbound = new OutboundQueue(outboundLimit);
    }

    public OutboundQueue Outbound { get; }

    /// <summary>Its end has begun: by one of the sides, or by the loss of the connection.</summary>
    public bool IsEnding => Volatile.Read(ref end) is not null;

    /// <summary>Runs both loops to the end of the link; returns why it ended. Throws only what the sink throws.</summary>
    public async Task<LinkEnd> RunAsync(IPacketSink sink)
    {
        Task sending = SendAsync();
        try
        {
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
        reader.CancelPendingRead();
    }

    /// <summary>Ends the link at once, as a crash would.</summary>
    public void Abort(MqttReasonCode reasonCode, string reason)
    {
        End(reasonCode, reason);
        stream.Dispose();
    }

    /// <summary>TLS adds two kinds to the usual ones: an alert after the handshake, and OpenSSL's own word of a connection in pieces.</summary>
    private static bool IsLoss(Exception exception) =>
        exception is IOException or SocketException or ObjectDisposedException or OperationCanceledException
            or AuthenticationException or CryptographicException;

    private async Task ReceiveAsync(IPacketSink sink)
    {
        while (end is null)
        {
            ReadResult result;
            try
            {
                result = await reader.ReadAsync().ConfigureAwait(false);
            }
            catch (Exception e) when (IsLoss(e))
            {
                End(MqttReasonCode.UnspecifiedError, $"connection lost: {e.Message}");
                return;
            }

            ReadOnlySequence<byte> buffer = result.Buffer;
            Deliver(ref buffer, sink);
            if (result.IsCompleted)
                End(new LinkEnd(MqttReasonCode.UnspecifiedError, "closed by the peer") { ClosedByPeer = true });
            reader.AdvanceTo(buffer.Start, result.Buffer.End);
            if (end is null)
                await sink.WaitForRoomAsync().ConfigureAwait(false);
        }
    }

    private void Deliver(ref ReadOnlySequence<byte> buffer, IPacketSink sink)
    {
        try
        {
            while (end is null && FrameReader.TryRead(ref buffer, maximumPacketSize, out byte header, out ReadOnlySequence<byte> body))
            {
                if (body.IsSingleSegment)
                    sink.OnPacket(header, body.FirstSpan);
                else
                    DeliverStraddling(header, body, sink);
            }
        }
        catch (MqttProtocolException e)
        {
            sink.OnProtocolError(e.ReasonCode);
            End(e.ReasonCode, e.Message);
        }
    }

    private static void DeliverStraddling(byte header, in ReadOnlySequence<byte> body, IPacketSink sink)
    {
        int length = (int)body.Length;
        byte[] copy = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            body.CopyTo(copy);
            sink.OnPacket(header, copy.AsSpan(0, length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(copy);
        }
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
            End(MqttReasonCode.UnspecifiedError, $"connection lost: {e.Message}");
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
        await reader.CompleteAsync().ConfigureAwait(false);
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
