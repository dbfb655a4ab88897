using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace AnyEcg.Model.Tests;

public sealed partial class KernelSourcesTests
{
    [Fact]
    public void All_Sources_CarryWhatTheyInclude()
    {
        KernelSources sources = KernelSources.All;

        Assert.Contains(sources.Main, sources.Files.Keys);
        string[] included = [.. sources.Files.Values.SelectMany(text => Include().Matches(text)).Select(match => match.Groups[1].Value).Distinct()];
        Assert.Contains("pass.cuh", included);
        Assert.Empty(included.Except(sources.Files.Keys).Except(["emulator.h"]));
    }

    /// <summary>NVRTC has no files: an include of the system would be missing there.</summary>
    [Fact]
    public void All_Sources_IncludeNothingOfTheSystem() =>
        Assert.DoesNotContain(KernelSources.All.Files, file => file.Value.Contains("#include <", StringComparison.Ordinal));

    [Fact]
    public void Pass_Fields_MirrorTheKernels()
    {
        string[] here = [.. typeof(Pass).GetFields(BindingFlags.Public | BindingFlags.Instance).Select(field => field.Name)];

        Assert.Equal(FieldsOf("Pass"), here);
        Assert.Equal(8 * (here.Length - 4) + 16, Unsafe.SizeOf<Pass>());
    }

    [Fact]
    public void LayerVectors_Fields_MirrorTheKernels()
    {
        string[] here = [.. typeof(LayerVectors).GetFields(BindingFlags.Public | BindingFlags.Instance).Select(field => field.Name)];

        Assert.Equal(FieldsOf("LayerVectors"), here);
        Assert.Equal(8 * here.Length, Unsafe.SizeOf<LayerVectors>());
    }

    [Theory]
    [InlineData(90, "sm_90", false)]
    [InlineData(86, "sm_86", false)]
    [InlineData(89, "compute_86", true)]
    [InlineData(120, "compute_90", true)]
    public void Choose_OfACard_IsItsMachineCodeOrTheNextPtx(int architecture, string target, bool ptx) =>
        Assert.Equal((target, ptx), KernelCompiler.Choose(architecture, [52, 75, 80, 86, 90], "12.0"));

    [Fact]
    public void Choose_OlderCompilerThanEveryCard_SaysWhatToInstall()
    {
        string message = Assert.Throws<CudaUnavailableException>(() => KernelCompiler.Choose(80, [52, 75], "10.2")).Message;

        Assert.Contains("sm_80", message, StringComparison.Ordinal);
        Assert.Contains("10.2", message, StringComparison.Ordinal);
    }

    /// <summary>Names of a structure in pass.cuh, as C# writes them.</summary>
    private static string[] FieldsOf(string structure)
    {
        string text = Comment().Replace(KernelSources.All.Files["pass.cuh"], "");
        string body = Regex.Match(text, $@"struct {structure} \{{(.*?)\n\}};", RegexOptions.Singleline).Groups[1].Value;
        return [.. Field().Matches(body).Select(match => match.Groups[1].Value).Select(name => char.ToUpperInvariant(name[0]) + name[1..])];
    }

    [GeneratedRegex("#include \"(.*?)\"")]
    private static partial Regex Include();

    [GeneratedRegex("//.*")]
    private static partial Regex Comment();

    /// <summary>A name before a comma or semicolon.</summary>
    [GeneratedRegex(@"(\w+)\s*[,;]")]
    private static partial Regex Field();
}
