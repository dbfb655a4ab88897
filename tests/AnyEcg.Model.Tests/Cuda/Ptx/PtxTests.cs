using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace AnyEcg.Model.Tests;

/// <summary>The kernels become PTX, without a card and without a toolkit: clang reads the sources that NVRTC will read.</summary>
public sealed partial class PtxTests
{
    private const int SharedMemoryOfABlock = 48 * 1024;

    /// <summary>Those with products of tiles.</summary>
    private static readonly string[] Multiplying = ["tokenize", "beats", "reconstruct"];

    [ClangTheory]
    [MemberData(nameof(Builds))]
    public void Compile_KernelsOfANetwork_AreCleanPtx(string network, bool full, int architecture)
    {
        PtxText ptx = Compile(PtxNetworks.All[network], full, architecture);
        string[] expected = [.. KernelSources.All.Files.Values.SelectMany(text => KernelName().Matches(text).Select(match => match.Groups[1].Value)).Order(StringComparer.Ordinal)];
        Assert.Equal(expected, ptx.Kernels.Keys.Order(StringComparer.Ordinal));
        Assert.DoesNotContain(".extern", ptx.Text, StringComparison.Ordinal);
        foreach ((string name, string body) in ptx.Kernels)
        {
            Assert.False(body.Contains(".local", StringComparison.Ordinal), $"{name} keeps an array in local memory.");
            Assert.InRange(ptx.SharedBytes(name), 0, SharedMemoryOfABlock);
            Assert.Equal(Unsafe.SizeOf<Pass>(), ptx.ParameterBytes(name));
        }

        foreach (string name in Multiplying)
            Assert.Equal(!full, ptx.Kernels[name].Contains("mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32", StringComparison.Ordinal));
    }

    public static TheoryData<string, bool, int> Builds()
    {
        TheoryData<string, bool, int> builds = [];
        foreach (string network in PtxNetworks.All.Keys)
        {
            builds.Add(network, false, 80);
            builds.Add(network, false, 90);
            // Float32 is for tests, takes clang longest, and is the same for all cards; L is B with more layers.
            if (network != "L")
                builds.Add(network, true, 80);
        }

        return builds;
    }

    private static PtxText Compile(NetworkConfig config, bool full, int architecture)
    {
        using KernelFolder folder = new();
        string made = Path.Combine(folder.Path, "anyecg.ptx");
        string[] options = ["-x", "cuda", "--cuda-device-only", $"--cuda-gpu-arch=sm_{architecture}", "-Xclang", "-target-feature", "-Xclang", "+ptx78", "-nocudainc", "-nocudalib"];
        string[] language = ["-std=c++17", "-O2", "-ffp-contract=off", "-Wall", "-Wextra", "-Werror", "-include", Path.Combine(EmulatorBuild.Folder, "prelude.h"), "-I", folder.Path];
        (int code, string output) = HostProgram.Run(
            ClangTheoryAttribute.Clang, [.. options, .. language, .. folder.Defines(config, full), "-S", Path.Combine(folder.Path, KernelSources.All.Main), "-o", made])!.Value;
        Assert.True(code == 0, output);
        return new PtxText(File.ReadAllText(made));
    }

    [GeneratedRegex(@"^KERNEL(?:_RESIDENT)?\((\w+)", RegexOptions.Multiline)]
    private static partial Regex KernelName();
}
