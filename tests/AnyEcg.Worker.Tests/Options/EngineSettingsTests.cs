using AnyEcg.Engine;
using AnyEcg.Model;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Options;

namespace AnyEcg.Worker.Tests;

/// <summary>From section Engine to what each engine may take.</summary>
public sealed class EngineSettingsTests
{
    [Fact]
    public void ToModel_Defaults_AreThoseOfEachDevice()
    {
        ModelOptions options = new EngineHostOptions().ToModel();
        Assert.Equal((ModelDevice.Auto, true), (options.Device, options.Failover));
        Assert.Equal((2048, 512, 1024), (options.Cpu.MaxLeadSlots, options.Cpu.MaxRows, options.Cpu.MaxTokens));
        Assert.Equal((131_072, 16_384, 32_768), (options.Cuda.MaxLeadSlots, options.Cuda.MaxRows, options.Cuda.MaxTokens));
    }

    [Theory]
    [InlineData(1, 128)]
    [InlineData(100, 200)]
    [InlineData(65_536, 131_072)]
    [InlineData(131_072, 131_072)]
    public void ToModel_Batch_TokensKeepInProportion(int rows, int tokens)
    {
        ModelOptions options = new EngineHostOptions { MaxBatch = rows, MaxLeads = 77 }.ToModel();
        Assert.Equal((rows, tokens, 77), (options.Cpu.MaxRows, options.Cpu.MaxTokens, options.Cpu.MaxSlots));
        Assert.Equal((rows, tokens, 77), (options.Cuda.MaxRows, options.Cuda.MaxTokens, options.Cuda.MaxSlots));
    }

    [Fact]
    public void ToModel_CudaSettings_GoToTheDevice()
    {
        ModelOptions options = new EngineHostOptions { Device = "cuda", CudaDevice = 2, CudaLibraries = ["/a"], KernelCache = "/c" }.ToModel();
        Assert.Equal((ModelDevice.Cuda, 2, "/a", "/c"), (options.Device, options.Cuda.Device, options.Cuda.Libraries.Single(), options.Cuda.KernelCache));
    }

    [Theory]
    [InlineData("Engine:CudaDevice", "64")]
    [InlineData("Engine:MaxBatch", "131073")]
    [InlineData("Engine:MaxLeads", "8")]
    public void Create_SettingOutOfRange_IsNamed(string key, string value)
    {
        string[] args = [$"--{key}", value];
        Assert.StartsWith(key, Assert.Single(Assert.Throws<OptionsValidationException>(() => WorkerApp.Create(args)).Failures), StringComparison.Ordinal);
    }

    /// <summary>Without one, a worker that may do without CUDA starts; why it does without is the line of its log about the engine.</summary>
    [Theory]
    [InlineData("cuda", 1)]
    [InlineData("auto", 0)]
    [InlineData("cpu", 0)]
    public async Task Create_FolderOfLibrariesIsMissing_IsAFaultOnlyWhereCudaIsDemanded(string device, int faults)
    {
        string[] args = ["--Engine:Device", device, "--Engine:CudaLibraries:0", "/no/such/folder", "--Store:Connection", "none"];
        int found = 0;
        try
        {
            await using WebApplication app = WorkerApp.Create(args);
        }
        catch (OptionsValidationException e)
        {
            Assert.StartsWith("Engine:CudaLibraries", Assert.Single(e.Failures), StringComparison.Ordinal);
            found = 1;
        }

        Assert.Equal(faults, found);
    }

    [Fact]
    public void Faults_LargestBatch_IsAllowed() => Assert.Empty(new EngineOptions { MaxBatch = EngineOptions.MostBatch }.Faults());
}
