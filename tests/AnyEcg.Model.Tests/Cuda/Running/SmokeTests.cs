using AnyEcg.Engine;
using Xunit.Abstractions;

namespace AnyEcg.Model.Tests;

public sealed class SmokeTests(ITestOutputHelper output)
{
    [CudaEmulatorTheory]
    [InlineData(true)]
    [InlineData(false)]
    public void Step_Small_NearTheCpu(bool full)
    {
        using CudaEmulator card = CudaEmulator.Open(1);
        CudaModelOptions options = new() { Libraries = [card.Folder], MaxSlots = 4, MaxLeadSlots = 12, MaxRows = 8, MaxTokens = 24, FullPrecision = full };
        System.Diagnostics.Stopwatch watch = System.Diagnostics.Stopwatch.StartNew();
        using (IModelRunner cuda = CudaModelRunner.Create(ModelWeights.Random(TestNetwork.Config, 1), "random-1", ModelHeads.All, [], null, options))
        using (IModelRunner cpu = TestNetwork.Create(4, 12, 8, 24))
        {
            output.WriteLine($"{watch.ElapsedMilliseconds} ms made; {cuda.Info}");
            TestStream stream = Streams.Random(6, 3, 40);
            float[][] a = new StreamRun(cpu, stream).Alone().Results[0];
            watch.Restart();
            float[][] b = new StreamRun(cuda, stream).Alone().Results[0];
            output.WriteLine($"{watch.ElapsedMilliseconds} ms run, {card.Launches} launches");
            float most = 0;
            for (int k = 0; k < a.Length; k++)
            {
                for (int i = 0; a[k] is not null && i < a[k].Length; i++)
                {
                    most = MathF.Max(most, MathF.Abs(a[k][i] - b[k][i]));
                }
            }

            output.WriteLine($"most {most}");
            Assert.InRange(most, 0, full ? 1e-3f : 100f);
        }

        Assert.Equal("", card.Alive);
    }
}
