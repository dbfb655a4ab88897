using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace AnyEcg.Model.Tests;

/// <summary>What C# writes and the kernels read lies at the same places: asked of a C++ compiler.</summary>
public sealed class PassMirrorTests
{
    [CudaEmulatorFact]
    public void Mirrors_SizesAndOffsets_AreThoseOfTheKernels()
    {
        StringBuilder program = new("#include <cstddef>\n#include \"pass.cuh\"\n");
        Require<Pass>(program, "Pass");
        Require<LayerVectors>(program, "LayerVectors");
        Require<PassCounts>(program, "Counts");
        Require<RowMeta>(program, "RowMeta");
        Require<TokenMeta>(program, "TokenMeta");
        Require<CrossKey>(program, "CrossKey");
        Require(program, "READ_ONLY", (int)TokenFlags.ReadOnly);
        Require(program, "LAST_OF_LEAD", (int)TokenFlags.LastOfLead);
        Require(program, "HAS_BEFORE", (int)TokenFlags.HasBefore);
        Require(program, "STORED", (int)TokenFlags.Stored);
        using KernelFolder folder = new();
        string file = folder.Write("mirror.cpp", program.ToString());
        (int code, string output) = HostProgram.Run(
            EmulatorBuild.Compiler, ["-std=c++17", "-fsyntax-only", "-DAECG_HOST", "-I", EmulatorBuild.Folder, "-I", folder.Path, .. folder.Defines(TestNetwork.Config, full: false), file])!.Value;
        Assert.True(code == 0, output);
    }

    private static void Require<T>(StringBuilder program, string name) where T : unmanaged
    {
        Require(program, $"sizeof({name})", Unsafe.SizeOf<T>());
        foreach (FieldInfo field in typeof(T).GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
        {
            string plain = field.Name.TrimStart('<').Split('>')[0];
            Require(program, $"offsetof({name}, {char.ToLowerInvariant(plain[0])}{plain[1..]})", (int)Marshal.OffsetOf<T>(field.Name));
        }
    }

    private static void Require(StringBuilder program, string expression, int value) => program.Append($"static_assert({expression} == {value}, \"\");\n");
}
