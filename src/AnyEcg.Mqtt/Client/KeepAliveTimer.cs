namespace AnyEcg.Mqtt;

/// <summary>
/// Sends PINGREQ after every three quarters of the keep-alive interval, on a timer of its own, so that neither a slow consumer
/// nor a full receive window can silence it. If nothing at all came in since the last PINGREQ, the connection is dead.
/// </summary>
internal sealed class KeepAliveTimer : IDisposable
{
    private readonly PacketLink link;
    private readonly ITimer timer;
    private volatile bool heard = true;

    public KeepAliveTimer(PacketLink link, TimeSpan interval, TimeProvider time)
    {
        this.link = link;
        TimeSpan period = interval > TimeSpan.Zero ? interval * 0.75 : Timeout.InfiniteTimeSpan;
        timer = time.CreateTimer(static state => ((KeepAliveTimer)state!).OnTick(), this, period, period);
    }

    /// <summary>A packet came in.</summary>
    public void OnReceived() => heard = true;

    public void Dispose() => timer.Dispose();

    private void OnTick()
    {
        if (!heard)
        {
            link.Abort(MqttReasonCode.KeepAliveTimeout, "no answer to PINGREQ");
            return;
        }

        heard = false;
        link.Outbound.Send(new PingPacket(PacketType.Pingreq));
    }
}
