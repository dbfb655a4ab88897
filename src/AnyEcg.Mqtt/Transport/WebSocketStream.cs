using System.Net.WebSockets;

namespace AnyEcg.Mqtt;

/// <summary>
/// The bytes of a WebSocket's binary messages as one stream: MQTT packets may share a message or straddle several (MQTT 5,
/// section 6). A text message ends it. One reader and one writer at a time; owns the WebSocket.
/// </summary>
/// <param name="socket">Open; client or server side.</param>
/// <param name="owner">Disposed with it, or null.</param>
internal sealed class WebSocketStream(WebSocket socket, IDisposable? owner = null) : Stream
{
    private const int BufferSize = 16 * 1024;

    private static readonly TimeSpan CloseBudget = TimeSpan.FromSeconds(2);

    private readonly byte[] buffer = new byte[BufferSize];
    private ReadOnlyMemory<byte> unread;
    private Task<ValueWebSocketReceiveResult>? receiving;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> destination, CancellationToken cancellationToken = default)
    {
        while (unread.IsEmpty)
        {
            if (!await ReceiveAsync(cancellationToken).ConfigureAwait(false))
                return 0;
        }

        int count = Math.Min(unread.Length, destination.Length);
        unread[..count].CopyTo(destination);
        unread = unread[count..];
        return count;
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
    {
        try
        {
            await socket.SendAsync(source, WebSocketMessageType.Binary, endOfMessage: true, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (IsBroken(e))
        {
            throw new IOException(e.Message, e);
        }
    }

    /// <summary>Says that nothing more will be written, if the other side still takes it.</summary>
    public async Task CloseOutputAsync()
    {
        if (socket.State is not (WebSocketState.Open or WebSocketState.CloseReceived))
            return;
        using CancellationTokenSource budget = new(CloseBudget, TimeProvider.System);
        try
        {
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, budget.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (IsBroken(e) || e is OperationCanceledException or IOException)
        {
            // It is gone; there is nobody to say goodbye to.
        }
    }

    /// <summary>Says goodbye first.</summary>
    public override async ValueTask DisposeAsync()
    {
        await CloseOutputAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    public override void Flush()
    {
        // Every write is sent at once.
    }

    public override int Read(byte[] destination, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] source, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            socket.Abort();
            socket.Dispose();
            owner?.Dispose();
        }

        base.Dispose(disposing);
    }

    private static bool IsBroken(Exception exception) => exception is WebSocketException or InvalidOperationException;

    /// <summary>
    /// Receives once; false at the end. A cancelled wait leaves the receiving under way, for the next call: cancelling it would
    /// abort the whole WebSocket, and with it a DISCONNECT that is still to be sent.
    /// </summary>
    private async ValueTask<bool> ReceiveAsync(CancellationToken cancellationToken)
    {
        try
        {
            receiving ??= socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None).AsTask();
            ValueWebSocketReceiveResult result = await receiving.WaitAsync(cancellationToken).ConfigureAwait(false);
            receiving = null;
            if (result.MessageType == WebSocketMessageType.Text)
                throw new IOException("a text message where MQTT has binary ones");
            unread = buffer.AsMemory(0, result.Count);
            return result.MessageType != WebSocketMessageType.Close;
        }
        catch (Exception e) when (IsBroken(e))
        {
            receiving = null;
            throw new IOException(e.Message, e);
        }
    }
}
