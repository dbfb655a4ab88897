namespace AnyEcg.Model.Tests;

public sealed class CudaLimitsTests
{
    [Theory]
    [InlineData(64, 64, 64, 1024, 256, 128, "")]
    [InlineData(80, 64, 64, 1024, 256, 128, "convolution channels")]
    [InlineData(64, 80, 64, 1024, 256, 128, "features of a beat bin")]
    [InlineData(64, 64, 144, 1024, 256, 128, "hidden numbers")]
    [InlineData(64, 64, 64, 1025, 256, 128, "seconds in the window")]
    [InlineData(64, 64, 64, 1024, 272, 128, "attention head")]
    [InlineData(64, 64, 64, 1024, 256, 129, "numbers of a code")]
    public void Check_SizesThatTheKernelsDoNotTake_AreNamed(int channels, int beatChannels, int beatHidden, int window, int headDim, int codeDim, string fault)
    {
        NetworkConfig config = TestNetwork.Config with
        {
            Channels = channels,
            BeatChannels = beatChannels,
            BeatContext = 64,
            BeatHidden = beatHidden,
            Window = window,
            Dim = 2 * headDim,
            Heads = 2,
            CodeDim = codeDim,
        };
        config.Validate();
        if (fault.Length == 0)
            CudaLimits.Check(config);
        else
            Assert.Contains(fault, Assert.Throws<CudaUnavailableException>(() => CudaLimits.Check(config)).Message, StringComparison.Ordinal);
    }
}
