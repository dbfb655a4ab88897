using System.Net.Sockets;

namespace AnyEcg.Mqtt;

/// <summary>
/// Reads one plain TCP connection on a thread of its own: waits for bytes in the kernel, takes all that is there, delivers it and
/// sends what that gave rise to, and the acknowledgements that have gathered since, in one piece. A few system calls for each
/// bunch of messages, and no hop to another thread: the pool's, which look for work a while before they sleep, cost more than
/// the messages.
/// </summary>
internal sealed class ReceiveThread
{
    /// <summary>How long what others answer may wait while nothing comes in.</summary>
    private const int AnswerMicroseconds = 5_000;

    /// <summary>How long an end that came from elsewhere may go unnoticed; an end by the peer is noticed at once.</summary>
    private const int IdleMicroseconds = 100_000;

    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly PacketLink link;
    private readonly Socket socket;
    private readonly IPacketSink sink;

    public ReceiveThread(PacketLink link, Socket socket, IPacketSink sink)
    {
        this.link = link;
        this.socket = socket;
        this.sink = sink;
    }

    /// <summary>Runs to the link's end; throws what the sink throws.</summary>
    public Task RunAsync()
    {
        new Thread(Run) { IsBackground = true, Name = "MQTT receive" }.Start();
        return ended.Task;
    }

    private void Run()
    {
        try
        {
            // Nothing but the wait for bytes may hold it up: what the peer does not take is left to the send loop.
            socket.Blocking = false;
            while (!link.IsEnding)
                ReceiveOnce();
            ended.SetResult();
        }
        catch (Exception e) when (PacketLink.IsLoss(e))
        {
            link.EndAsLost(e);
            ended.SetResult();
        }
#pragma warning disable CA1031 // Passed on to whoever waits for the end.
        catch (Exception e)
#pragma warning restore CA1031
        {
            ended.SetException(e);
        }
    }

    private void ReceiveOnce()
    {
        // In this order: an answer is no longer owed only once it waits. One that came after the last flush would else wait out the idle time.
        bool hasMore = sink.OwesAnswers || link.Outbound.WaitingBytes > 0;
        bool readable = socket.Poll(hasMore ? AnswerMicroseconds : IdleMicroseconds, SelectMode.SelectRead);
        if (readable && !link.IsEnding)
        {
            int count = socket.Receive(link.Input.Room().Span, SocketFlags.None, out SocketError fault);
            if (fault == SocketError.Success)
                link.Take(count, sink);
            else if (fault != SocketError.WouldBlock)
                throw new SocketException((int)fault);
        }

        Flush();
        if (!sink.HasRoom())
            WaitForRoom();
    }

    /// <summary>Like <see cref="PacketLink"/>'s own wait; what is acknowledged meanwhile is sent.</summary>
    private void WaitForRoom()
    {
        for (int waited = 0; waited < PacketLink.LongestPause.TotalMicroseconds && !sink.HasRoom() && !link.IsEnding; waited += AnswerMicroseconds)
        {
            // Only a loss ends this wait early: that there are bytes is known.
            if (socket.Poll(AnswerMicroseconds, SelectMode.SelectError))
                return;
            Flush();
        }
    }

    private void Flush()
    {
        if (!link.Outbound.TryTakeNow(out ReadOnlyMemory<byte> bytes))
            return;
        int sent = 0;
        try
        {
            // A fault is the send loop's to meet: it gets what was not sent.
            sent = socket.Send(bytes.Span, SocketFlags.None, out _);
        }
        finally
        {
            link.Outbound.SentNow(sent);
        }
    }
}
