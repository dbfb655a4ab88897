namespace AnyEcg.Model.Tests;

/// <summary>A device opened, its memory and what happens when it fails, on the emulated card.</summary>
public sealed class DeviceTests
{
    [CudaEmulatorFact]
    public void Open_ACard_TellsWhatItIs()
    {
        using CudaEmulator card = CudaEmulator.Open();
        card.SetMemory(6ul << 30);
        card.SetCapability(8, 6);

        using CudaContext context = Open(card);

        Assert.Equal((86, 6L << 30), (context.About.Architecture, context.About.TotalBytes));
        Assert.NotEqual("", context.About.Name);
        Assert.True(context.About.Multiprocessors > 0);
        Assert.InRange(context.FreeBytes(), 1, 6L << 30);
    }

    [CudaEmulatorFact]
    public void Open_CardBeforeAmpere_IsRefusedWithItsNameAndAge()
    {
        using CudaEmulator card = CudaEmulator.Open();
        card.SetCapability(7, 5);

        string message = Assert.Throws<CudaUnavailableException>(() => Open(card)).Message;

        Assert.Contains("7.5", message, StringComparison.Ordinal);
        Assert.Contains("8.0", message, StringComparison.Ordinal);
        Assert.Equal(0, card.Live);
    }

    [CudaEmulatorTheory]
    [InlineData(1)]
    [InlineData(-1)]
    public void Open_OrdinalThatIsNone_IsRefused(int ordinal)
    {
        using CudaEmulator card = CudaEmulator.Open();

        Assert.Throws<CudaUnavailableException>(() => CudaContext.Open(CudaLibraries.Load([card.Folder]), ordinal));
    }

    [CudaEmulatorFact]
    public void Load_DriverTooOld_SaysItsVersion()
    {
        using CudaEmulator card = CudaEmulator.Open();
        card.SetDriverVersion(11040);

        Assert.Contains("11.4", Assert.Throws<CudaUnavailableException>(() => CudaLibraries.Load([card.Folder])).Message, StringComparison.Ordinal);
    }

    [CudaEmulatorTheory]
    [InlineData(100, "no CUDA device")]
    [InlineData(999, "CUDA_ERROR_UNKNOWN")]
    public void Load_DriverDoesNotStart_SaysWhy(int code, string expected)
    {
        using CudaEmulator card = CudaEmulator.Open();
        card.Fail("cuInit", code);

        Assert.Contains(expected, Assert.Throws<CudaUnavailableException>(() => CudaLibraries.Load([card.Folder])).Message, StringComparison.Ordinal);
    }

    [CudaEmulatorTheory]
    [InlineData("cuDevicePrimaryCtxRetain")]
    [InlineData("cuStreamCreate")]
    public void Open_FailsHalfway_LeavesNothingBehind(string function)
    {
        using CudaEmulator card = CudaEmulator.Open();
        card.Fail(function, CudaStatus.OutOfMemory);

        Assert.Throws<CudaUnavailableException>(() => Open(card));
        Assert.Equal("", card.Alive);
        using CudaContext second = Open(card);
    }

    [CudaEmulatorFact]
    public void Memory_WrittenInParts_IsReadBack()
    {
        using CudaEmulator card = CudaEmulator.Open();
        using CudaContext context = Open(card);
        using DeviceMemory memory = new(context, 1000, "a test", cleared: true);

        memory.Write<int>(400, [1, 2, 3]);
        memory.Zero(404, 4);

        int[] read = new int[5];
        memory.Read<int>(396, read);
        Assert.Equal([0, 1, 0, 3, 0], read);
        Assert.Equal(0, memory.Address % 256);
        Assert.Equal(memory.Address + 400, memory.At(400));
    }

    [CudaEmulatorFact]
    public void Memory_BeyondItsEnd_IsRefused()
    {
        using CudaEmulator card = CudaEmulator.Open();
        using CudaContext context = Open(card);
        using DeviceMemory memory = new(context, 16, "a test");

        Assert.Throws<ArgumentOutOfRangeException>(() => memory.Write<int>(4, new int[4]));
        Assert.Throws<ArgumentOutOfRangeException>(() => memory.Read<int>(-4, new int[1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => memory.Zero(17, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => memory.At(17));
    }

    [CudaEmulatorFact]
    public void Memory_MoreThanThereIs_SaysForWhatAndTheRestGoesOn()
    {
        using CudaEmulator card = CudaEmulator.Open();
        card.SetMemory(1 << 20);
        using CudaContext context = Open(card);

        CudaFaultException fault = Assert.Throws<CudaFaultException>(() => new DeviceMemory(context, 2 << 20, "the rings"));

        Assert.True(fault.IsOutOfMemory);
        Assert.False(fault.IsDeviceLost || context.IsLost);
        Assert.Contains("the rings", fault.Message, StringComparison.Ordinal);
        Assert.Contains("CUDA_ERROR_OUT_OF_MEMORY", fault.Message, StringComparison.Ordinal);
        using DeviceMemory less = new(context, 1000, "less");
    }

    [CudaEmulatorFact]
    public void Memory_OfNoBytes_IsNoAllocation()
    {
        using CudaEmulator card = CudaEmulator.Open();
        using CudaContext context = Open(card);
        using DeviceMemory memory = new(context, 0, "nothing", cleared: true);

        memory.Write<int>(0, []);

        Assert.Equal(0ul, card.UsedBytes);
    }

    [CudaEmulatorFact]
    public unsafe void HostRegistration_RefusedOrNot_CopiesTheSame()
    {
        using CudaEmulator card = CudaEmulator.Open();
        using CudaContext context = Open(card);
        using CudaStream stream = new(context);
        using DeviceMemory memory = new(context, 4000, "a test");
        int[] array = GC.AllocateArray<int>(1000, pinned: true), back = new int[1000];
        Array.Fill(array, 7);

        using HostRegistration locked = HostRegistration.Of(context, array);
        card.Fail("cuMemHostRegister_v2", 801);
        using HostRegistration refused = HostRegistration.Of(context, array);

        Assert.Null(locked.Refusal);
        Assert.Contains("801", refused.Refusal, StringComparison.Ordinal);
        fixed (int* numbers = array)
            stream.CopyIn(memory.Address, numbers, 4000);
        stream.Synchronize();
        memory.Read<int>(0, back);
        Assert.Equal(array, back);
    }

    [CudaEmulatorFact]
    public void Lost_AtWork_IsSaidOnceForAllAndEverythingCanBeGivenBack()
    {
        using CudaEmulator card = CudaEmulator.Open();
        using (CudaContext context = Open(card))
        {
            using CudaStream stream = new(context);
            using CudaEvent mark = new(context, CudaEventUse.HostWait);
            using DeviceMemory memory = new(context, 1000, "a test");
            using PinnedMemory pinned = new(context, 1000, "a test");
            stream.Record(mark);
            card.Lose(CudaStatus.LaunchFailed);

            CudaFaultException fault = Assert.Throws<CudaFaultException>(stream.Synchronize);

            Assert.True(fault.IsDeviceLost && context.IsLost && !fault.IsOutOfMemory);
            Assert.Throws<CudaFaultException>(() => mark.IsDone);
            Assert.Throws<CudaFaultException>(() => memory.Zero(0, 10));
        }

        using CudaContext again = Open(card);
        using DeviceMemory fresh = new(again, 1000, "a test", cleared: true);
    }

    [CudaEmulatorFact]
    public void Dispose_OnAnotherThread_GivesBackAll()
    {
        using CudaEmulator card = CudaEmulator.Open();
        CudaContext context = Open(card);
        DeviceMemory memory = new(context, 1000, "a test");
        CudaStream stream = new(context);

        var thread = new Thread(() =>
        {
            stream.Dispose();
            memory.Dispose();
            context.Dispose();
            context.Dispose();
        });
        thread.Start();
        Assert.True(thread.Join(TimeSpan.FromSeconds(30)));

        Assert.Equal(("", 0L), (card.Alive, card.Leaked));
    }

    private static CudaContext Open(CudaEmulator card) => CudaContext.Open(CudaLibraries.Load([card.Folder]));
}
