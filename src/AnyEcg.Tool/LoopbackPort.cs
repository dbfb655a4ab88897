using System.Net;
using System.Net.Sockets;

namespace AnyEcg.Tool;

/// <summary>Ports on the loopback address.</summary>
internal static class LoopbackPort
{
    /// <summary>The port asked for, or any free one where it is taken or 0.</summary>
    public static int Free(int wanted = 0)
    {
        try
        {
            using TcpListener probe = new(IPAddress.Loopback, wanted);
            probe.Start();
            return ((IPEndPoint)probe.LocalEndpoint).Port;
        }
        catch (SocketException) when (wanted != 0)
        {
            return Free();
        }
    }
}
