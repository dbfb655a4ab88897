namespace AnyEcg.Model.Tests;

/// <summary>What a card would answer with a number, or not at all, the emulated card answers with the number and a text.</summary>
public sealed unsafe class EmulatedFaultTests
{
    private const int OutOfMemory = 2, NoBinary = 209, IllegalAddress = 700, LaunchFailed = 719;

    [CudaEmulatorTheory]
    [InlineData(1000, "behind")]
    [InlineData(-1, "before")]
    public void Launch_WritesBesideItsMemory_IsAnIllegalAddress(int at, string where)
    {
        using CardRig rig = new();
        rig.Launch("write_at", rig.First, rig.Memory.Address, at);
        Assert.Equal(IllegalAddress, Assert.Throws<CudaFaultException>(rig.First.Synchronize).Code);
        Assert.StartsWith("write_at: wrote " + where, rig.Emulator.Message, StringComparison.Ordinal);
        Assert.True(rig.Context.IsLost);
        Assert.Throws<CudaFaultException>(() => rig.Context.FreeBytes());
    }

    [CudaEmulatorFact]
    public void Launch_WritesToNoMemory_IsAnIllegalAddress()
    {
        using CardRig rig = new();
        rig.Launch("write_at", rig.First, 0);
        Assert.Equal(IllegalAddress, Assert.Throws<CudaFaultException>(rig.First.Synchronize).Code);
        Assert.Contains("no memory", rig.Emulator.Message, StringComparison.Ordinal);
    }

    [CudaEmulatorFact]
    public void Launch_WithAnAddressOfTheHost_IsAnIllegalAddress()
    {
        using CardRig rig = new();
        rig.Launch("write_at", rig.First, (nint)rig.Pinned.Address);
        Assert.Equal(IllegalAddress, Assert.Throws<CudaFaultException>(rig.First.Synchronize).Code);
    }

    [CudaEmulatorFact]
    public void Launch_LaneLeavesBeforeTheOthersMeet_Fails()
    {
        using CardRig rig = new();
        rig.Launch("lane_leaves", rig.First, rig.Memory.Address);
        Assert.Equal(LaunchFailed, Assert.Throws<CudaFaultException>(rig.First.Synchronize).Code);
        Assert.Contains("has left the kernel", rig.Emulator.Message, StringComparison.Ordinal);
    }

    [CudaEmulatorFact]
    public void CopyIn_BeyondItsMemory_IsRefused()
    {
        using CardRig rig = new();
        Assert.Throws<CudaFaultException>(() => rig.First.CopyIn(rig.Memory.At(3000), rig.Pinned.Address, 1001));
    }

    [CudaEmulatorFact]
    public void Read_NobodyHasWritten_IsNoNumber()
    {
        using CardRig rig = new();
        Assert.All(rig.Read(1000), word => Assert.True(float.IsNaN(BitConverter.Int32BitsToSingle(word))));
    }

    [CudaEmulatorFact]
    public void SetMemory_LessThanIsAskedFor_IsOutOfMemory()
    {
        using CardRig rig = new();
        rig.Emulator.SetMemory(rig.Emulator.UsedBytes + 999);
        Assert.True(Assert.Throws<CudaFaultException>(() => new DeviceMemory(rig.Context, 1000, "a test")).IsOutOfMemory);
        new DeviceMemory(rig.Context, 999, "a test").Dispose();
    }

    [CudaEmulatorFact]
    public void Fail_AfterTwoCalls_FailsTheThirdAlone()
    {
        using CardRig rig = new();
        rig.Emulator.Fail("cuMemAlloc_v2", OutOfMemory, after: 2);
        bool[] failed = [.. Enumerable.Range(0, 4).Select(_ =>
        {
            try
            {
                new DeviceMemory(rig.Context, 10, "a test").Dispose();
                return false;
            }
            catch (CudaFaultException)
            {
                return true;
            }
        })];
        Assert.Equal([false, false, true, false], failed);
    }

    [CudaEmulatorFact]
    public void Lose_Device_FailsEveryCallUntilTheContextIsGivenBack()
    {
        using CardRig rig = new();
        rig.Emulator.Lose(46);
        Assert.True(Assert.Throws<CudaFaultException>(rig.First.Synchronize).IsDeviceLost);
        Assert.Throws<CudaFaultException>(() => rig.Context.FreeBytes());
        rig.Dispose();
        Assert.Equal("", rig.Emulator.Alive);
    }

    [CudaEmulatorFact]
    public void Load_ImageOfAnotherCard_IsRefused()
    {
        using CardRig rig = new();
        KernelCompiler compiler = new(rig.Context.Libraries.Nvrtc, 90);
        byte[] image = compiler.Compile(CardRig.Sources("#include \"platform.cuh\""), compiler.Options([]));
        rig.Emulator.SetCapability(8, 0);
        Assert.Equal(NoBinary, Assert.Throws<CudaFaultException>(() => new KernelModule(rig.Context, image)).Code);
    }

    [CudaEmulatorFact]
    public void Compile_SourceWithAFault_GivesTheCompilersWords()
    {
        using CardRig rig = new();
        KernelCompiler compiler = new(rig.Context.Libraries.Nvrtc, 90);
        CudaFaultException e = Assert.Throws<CudaFaultException>(() => compiler.Compile(CardRig.Sources("#include \"platform.cuh\"\nint f() { return nowhere; }"), compiler.Options([])));
        Assert.Contains("nowhere", e.Message, StringComparison.Ordinal);
        Assert.Throws<CudaFaultException>(() => compiler.Compile(CardRig.Sources(""), ["--not-an-option"]));
    }
}
