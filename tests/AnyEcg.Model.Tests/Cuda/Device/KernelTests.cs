namespace AnyEcg.Model.Tests;

/// <summary>Kernels compiled, kept, launched, recorded and timed, on the emulated card.</summary>
public sealed class KernelTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("anyecg-kernels").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [CudaEmulatorFact]
    public void Launch_SeveralKernels_RunInOrderWithTheirOwnArguments()
    {
        using TestKernels test = new();
        using KernelModule module = test.Load();
        Kernel add = module.Get("add_layer"), twice = module.Get("twice");

        add.Launch(test.Stream, 2, test.Pass(3));
        twice.Launch(test.Stream, 2, test.Pass(0));
        add.Launch(test.Stream, 2, test.Pass(1));

        Assert.Equal(7, test.Value());
    }

    [CudaEmulatorFact]
    public void Get_AKernel_TellsWhatItTakes()
    {
        using TestKernels test = new();
        using KernelModule module = test.Load();
        Kernel kernel = module.Get("twice");

        Assert.True(kernel.Registers >= 0 && kernel.SharedBytes >= 0);
        Assert.Equal(0, kernel.LocalBytes);
    }

    [CudaEmulatorFact]
    public void Get_KernelThatIsNone_NamesIt()
    {
        using TestKernels test = new();
        using KernelModule module = test.Load();

        Assert.Contains("no_such_kernel", Assert.Throws<CudaFaultException>(() => module.Get("no_such_kernel")).Message, StringComparison.Ordinal);
    }

    [CudaEmulatorFact]
    public void Compile_SourceWithAFault_HasTheLogInItsMessage()
    {
        using TestKernels test = new();

        CudaFaultException fault = Assert.Throws<CudaFaultException>(
            () => test.Compiler.Compile(TestKernels.Sources("#include \"pass.cuh\"\nKERNEL(faulty) { undeclared_name = 1; }"), test.Options));

        Assert.Contains("undeclared_name", fault.Message, StringComparison.Ordinal);
        Assert.Equal(Nvrtc.CompilationFailed, fault.Code);
    }

    [CudaEmulatorFact]
    public void Load_SecondTime_TakesTheKeptImage()
    {
        using TestKernels test = new();
        test.Load(folder).Dispose();
        test.Card.Fail("nvrtcCompileProgram", Nvrtc.CompilationFailed, after: -1);

        using KernelModule module = test.Load(folder);

        module.Get("add_layer").Launch(test.Stream, 2, test.Pass(5));
        Assert.Equal(5, test.Value());
        Assert.Throws<CudaFaultException>(() => test.Load());
    }

    [CudaEmulatorFact]
    public void Load_KeptImageDamaged_CompilesAnewAndKeepsThat()
    {
        using TestKernels test = new();
        test.Load(folder).Dispose();
        string file = Assert.Single(Directory.GetFiles(folder));
        File.WriteAllBytes(file, File.ReadAllBytes(file)[..100]);

        test.Load(folder).Dispose();

        Assert.True(new FileInfo(Assert.Single(Directory.GetFiles(folder))).Length > 100);
    }

    [CudaEmulatorFact]
    public void Load_DriverRefusesTheKeptImage_CompilesAnew()
    {
        using TestKernels test = new();
        test.Load(folder).Dispose();
        test.Card.Fail("cuModuleLoadData", CudaStatus.InvalidImage);

        using KernelModule module = test.Load(folder);

        module.Get("add_layer").Launch(test.Stream, 2, test.Pass(5));
        Assert.Equal(5, test.Value());
    }

    [CudaEmulatorFact]
    public void Load_DriverRefusesEveryImage_SaysWhichVersionsDoNotAgree()
    {
        using TestKernels test = new();
        test.Card.Fail("cuModuleLoadData", CudaStatus.UnsupportedPtxVersion, after: -1);

        string message = Assert.Throws<CudaUnavailableException>(() => test.Load(folder)).Message;

        Assert.Contains("12.4", message, StringComparison.Ordinal);
        Assert.Contains("sm_90", message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(folder));
    }

    [CudaEmulatorFact]
    public void Record_ThenLaunch_RunsOncePerLaunchAndNotWhileRecorded()
    {
        using TestKernels test = new();
        using KernelModule module = test.Load();
        Kernel add = module.Get("add_layer"), twice = module.Get("twice");

        using CudaGraph graph = CudaGraph.Record(test.Stream, () =>
        {
            add.Launch(test.Stream, 2, test.Pass(1));
            twice.Launch(test.Stream, 2, test.Pass(0));
        });

        Assert.Equal(0, test.Value());
        graph.Launch(test.Stream);
        Assert.Equal(2, test.Value());
        graph.Launch(test.Stream);
        graph.Launch(test.Stream);
        Assert.Equal(14, test.Value());
    }

    [CudaEmulatorFact]
    public void Record_BodyThrows_StreamWorksOnAndNothingIsLeft()
    {
        using TestKernels test = new();
        using KernelModule module = test.Load();
        Kernel add = module.Get("add_layer");
        long before = test.Card.Live;

        Assert.Throws<InvalidOperationException>(() => CudaGraph.Record(test.Stream, () =>
        {
            add.Launch(test.Stream, 2, test.Pass(1));
            throw new InvalidOperationException();
        }));

        Assert.Equal(before, test.Card.Live);
        add.Launch(test.Stream, 2, test.Pass(4));
        Assert.Equal(4, test.Value());
    }

    [CudaEmulatorFact]
    public void Record_NoMemoryForTheGraph_SaysSoAndTheWorkCanStillBeGiven()
    {
        using TestKernels test = new();
        using KernelModule module = test.Load();
        Kernel add = module.Get("add_layer");
        long before = test.Card.Live;
        test.Card.Fail("cuGraphInstantiateWithFlags", CudaStatus.OutOfMemory);

        CudaFaultException fault = Assert.Throws<CudaFaultException>(() => CudaGraph.Record(test.Stream, () => add.Launch(test.Stream, 2, test.Pass(1))));

        Assert.True(fault.IsOutOfMemory);
        Assert.Equal(before, test.Card.Live);
        add.Launch(test.Stream, 2, test.Pass(4));
        Assert.Equal(4, test.Value());
    }

    [CudaEmulatorTheory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public unsafe void WaitFor_AnotherStream_ItsWorkIsDoneBefore(int seed)
    {
        using TestKernels test = new((ulong)seed);
        using KernelModule module = test.Load();
        using CudaStream copies = new(test.Context);
        using CudaEvent computed = new(test.Context, CudaEventUse.Order), copied = new(test.Context, CudaEventUse.HostWait);
        using PinnedMemory pinned = new(test.Context, TestKernels.Count * sizeof(float), "a test");
        Kernel add = module.Get("add_layer");
        Pass pass = test.Pass(2);

        for (int i = 0; i < 10; i++)
        {
            add.Launch(test.Stream, 2, pass);
            test.Stream.Record(computed);
            copies.WaitFor(computed);
            copies.CopyOut(pinned.Address, pass.X, pinned.Bytes);
            copies.Record(copied);
            test.Stream.WaitFor(copied);
        }

        add.Launch(test.Stream, 2, pass);
        copied.Synchronize();

        Assert.True(copied.IsDone);
        Assert.Equal(20, Assert.Single(pinned.Span<float>(0, TestKernels.Count).ToArray().Distinct()));
        Assert.Equal(22, test.Value());
    }
}
