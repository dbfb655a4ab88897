namespace AnyEcg.Model.Tests;

public sealed class EmulatorTests
{
    [CudaEmulatorTheory]
    [InlineData("")]
    [InlineData("-DAECG_PORTABLE_SWITCH")]
    public void SelfTest_ThreadsOfABlock_KeepWhatTheEmulatorPromises(string define)
    {
        string program = Path.Combine(EmulatorBuild.Folder, $"selftest{define}");
        string[] options = ["-std=c++17", "-O2", "-Wall", "-Wextra", "-Werror", .. define.Length > 0 ? new[] { define } : []];
        (int code, string output) = HostProgram.Run(EmulatorBuild.Compiler, [.. options, Path.Combine(EmulatorBuild.Folder, "selftest.cpp"), "-o", program])!.Value;
        Assert.True(code == 0, output);
        (code, output) = HostProgram.Run(program)!.Value;
        Assert.True(code == 0, output);
    }

    [CudaEmulatorFact]
    public void Open_TwoCards_HaveNothingInCommon()
    {
        using CudaEmulator first = CudaEmulator.Open(), second = CudaEmulator.Open();
        using var context = CudaContext.Open(CudaLibraries.Load([first.Folder]));
        using DeviceMemory memory = new(context, 1000, "a test");
        Assert.True(first.UsedBytes >= 1000);
        Assert.Equal(0ul, second.UsedBytes);
        Assert.Equal(0, second.Live);
    }

    [CudaEmulatorFact]
    public void Dispose_EverythingGivenBack_LeavesNothingAlive()
    {
        using CudaEmulator emulator = CudaEmulator.Open();
        using (var context = CudaContext.Open(CudaLibraries.Load([emulator.Folder])))
        {
            using DeviceMemory memory = new(context, 1000, "a test");
            Assert.NotEqual("", emulator.Alive);
        }

        Assert.Equal("", emulator.Alive);
        Assert.Equal(0, emulator.Leaked);
    }
}
