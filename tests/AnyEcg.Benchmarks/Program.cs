using BenchmarkDotNet.Running;

namespace AnyEcg.Benchmarks;

internal static class BenchmarkProgram
{
    /// <summary>
    /// <c>store [CONNECTION [PAGE_BYTES]]</c>: the load of <see cref="StoreLoad"/>; <c>mqtt</c>: <see cref="MqttReceivePeer"/>;
    /// <c>floor</c>: what the machine allows; <c>peers</c>: <see cref="PeersCommand"/>; <c>cuda</c>: <see cref="CudaCommand"/>; else BenchmarkDotNet's own arguments.
    /// </summary>
    private static async Task Main(string[] args)
    {
        if (args is ["store", ..])
            StoreLoad.Run(args);
        else if (args is ["floor"])
            PeersCommand.PrintFloor(Console.WriteLine);
        else if (args is ["peers", ..])
            await PeersCommand.RunAsync(args);
        else if (args is ["cuda", ..])
            CudaCommand.Run(args);
        else if (args is ["mqtt", ..])
            await MqttReceivePeer.RunAsync(5, Console.WriteLine, CancellationToken.None);
        else if (args is ["mqtt-receiver", ..])
            await MqttReceiver.RunAsync(args);
        else
            BenchmarkSwitcher.FromAssembly(typeof(BenchmarkProgram).Assembly).Run(args);
    }
}
