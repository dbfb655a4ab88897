namespace AnyEcg.Model.Tests;

public sealed class LibrarySearchTests
{
    private static readonly LibraryNames Nowhere = new("the library of nobody", ["libnobody-at-all.so.12"], ["nobody-at-all_12.dll"], "It cannot be installed");

    [Fact]
    public void Candidates_FolderNamed_ComesFirstThenTheSystemThenToolkits()
    {
        var search = new LibrarySearch([Path.Combine(Path.GetTempPath(), "first"), Path.Combine(Path.GetTempPath(), "second")], windows: false, Environment("CUDA_PATH", "/opt/cuda"));

        string[] candidates = [.. search.Candidates(LibraryNames.Driver)];

        Assert.Equal(
            [
                Path.Combine(Path.GetTempPath(), "first", "libcuda.so.1"), Path.Combine(Path.GetTempPath(), "second", "libcuda.so.1"), "libcuda.so.1",
                "/opt/cuda/lib64/libcuda.so.1", "/opt/cuda/lib/libcuda.so.1", "/usr/local/cuda/lib64/libcuda.so.1", "/usr/local/cuda/lib/libcuda.so.1",
                "/usr/lib/wsl/lib/libcuda.so.1",
            ],
            candidates);
    }

    [Fact]
    public void Candidates_SeveralFoldersInOneEntry_AreSearchedEach()
    {
        string first = Path.Combine(Path.GetTempPath(), "a"), second = Path.Combine(Path.GetTempPath(), "b");
        var search = new LibrarySearch([$"{first}{Path.PathSeparator} {second} {Path.PathSeparator}"], windows: false, Environment());

        Assert.Equal([Path.Combine(first, "libcuda.so.1"), Path.Combine(second, "libcuda.so.1"), "libcuda.so.1"], search.Candidates(LibraryNames.Driver).Take(3));
    }

    [Theory]
    [InlineData(0, "libnvrtc.so.13", "libnvrtc.so.12", "libnvrtc.so.11.2")]
    [InlineData(13, "libnvrtc.so.13", "libnvrtc.so.12", "libnvrtc.so.11.2")]
    [InlineData(12, "libnvrtc.so.12", "libnvrtc.so.11.2", "libnvrtc.so.13")]
    [InlineData(11, "libnvrtc.so.11.2", "libnvrtc.so.12", "libnvrtc.so.13")]
    public void Candidates_DriverKnown_ItsOwnGenerationFirstThenOlderOnes(int generation, params string[] expected) =>
        Assert.Equal(expected, new LibrarySearch([], windows: false, Environment()).Candidates(LibraryNames.Nvrtc, generation).Take(3));

    [Fact]
    public void Candidates_OnWindows_HaveItsNamesAndFolders()
    {
        var search = new LibrarySearch([], windows: true, Environment("CUDA_PATH", "C:cuda"));

        string[] candidates = [.. search.Candidates(LibraryNames.CublasLt, 12)];

        Assert.Equal(["cublasLt64_12.dll", "cublasLt64_11.dll", "cublasLt64_13.dll"], candidates.Take(3));
        Assert.Contains(Path.Combine("C:cuda", "bin", "x64", "cublasLt64_12.dll"), candidates);
        Assert.DoesNotContain(candidates, candidate => candidate.Contains("/usr", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("libnvrtc.so.11.2", 11)]
    [InlineData("libcublasLt.so.13", 13)]
    [InlineData("nvrtc64_120_0.dll", 12)]
    [InlineData("cublasLt64_11.dll", 11)]
    [InlineData("libcuda.so.1", 1)]
    public void Generation_OfAName_IsItsMajorVersion(string name, int expected) => Assert.Equal(expected, LibraryNames.Generation(name));

    [Fact]
    public void Load_NotThere_SaysWhatWasSoughtWhereAndWhatToDo()
    {
        string folder = Path.Combine(Path.GetTempPath(), "anyecg-no-such-folder");

        string message = Assert.Throws<CudaUnavailableException>(() => new LibrarySearch([folder]).Load(Nowhere)).Message;

        Assert.StartsWith("The library of nobody was not found", message, StringComparison.Ordinal);
        Assert.Contains(OperatingSystem.IsWindows() ? "nobody-at-all_12.dll" : "libnobody-at-all.so.12", message, StringComparison.Ordinal);
        Assert.Contains(folder, message, StringComparison.Ordinal);
        Assert.EndsWith("It cannot be installed.", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_NotThere_IsNoDriverOnlyWhereTheDriverWasSought()
    {
        LibraryNames driver = LibraryNames.Driver with { Linux = Nowhere.Linux, Windows = Nowhere.Windows };
        Assert.True(Assert.Throws<CudaUnavailableException>(() => new LibrarySearch([]).Load(driver)).IsDriverMissing);
        Assert.False(Assert.Throws<CudaUnavailableException>(() => new LibrarySearch([]).Load(Nowhere)).IsDriverMissing);
    }

    [Fact]
    public void Driver_OfAnotherLibrary_NamesTheMissingFunctions()
    {
        LibraryNames other = LibraryNames.Driver with { Linux = ["libc.so.6"], Windows = ["kernel32.dll"] };
        LoadedLibrary library = new LibrarySearch([]).Load(other);

        string message = Assert.Throws<CudaUnavailableException>(() => new CudaDriver(library)).Message;

        Assert.Contains("cuInit", message, StringComparison.Ordinal);
        Assert.Contains("cuGraphInstantiateWithFlags", message, StringComparison.Ordinal);
        Assert.Contains("11.8 or later", message, StringComparison.Ordinal);
    }

    [Fact]
    public void NvrtcAndCublasLt_OfAnotherLibrary_AreRefused()
    {
        LibraryNames other = LibraryNames.Nvrtc with { Linux = ["libc.so.6"], Windows = ["kernel32.dll"] };

        Assert.Throws<CudaUnavailableException>(() => new Nvrtc(new LibrarySearch([]).Load(other)));
        Assert.Throws<CudaUnavailableException>(() => new CublasLt(new LibrarySearch([]).Load(other)));
    }

    /// <summary>NVRTC looks for its builtins by a bare name; in a folder of the user's only what is loaded already is found.</summary>
    [CudaEmulatorFact]
    public void Load_FromANamedFolder_LoadsWhatLiesBesideAndKnowsTheFilesLength()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("anyecg-libraries");
        try
        {
            string library = Path.Combine(folder.FullName, "libaecg-main.so.12"), companion = Path.Combine(folder.FullName, "libaecg-companion.so.12.8");
            File.Copy(EmulatorBuild.Library, library);
            File.Copy(EmulatorBuild.Library, companion);
            LibraryNames names = Nowhere with { Linux = ["libaecg-main.so.12"], Companions = ["libaecg-companion.so.*"] };

            LoadedLibrary loaded = new LibrarySearch([folder.FullName]).Load(names);

            using var process = System.Diagnostics.Process.GetCurrentProcess();
            Assert.Contains(process.Modules.Cast<System.Diagnostics.ProcessModule>(), module => module.FileName == companion);
            Assert.Equal((library, new FileInfo(library).Length), (loaded.Path, loaded.FileBytes));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void FileBytes_FoundByTheSystem_IsThatOfTheFileInMemory()
    {
        LoadedLibrary library = new LibrarySearch([]).Load(Nowhere with { Linux = ["libc.so.6"], Windows = ["kernel32.dll"] });

        Assert.True(library.FileBytes > 100_000);
    }

    private static Func<string, string?> Environment(string? name = null, string? value = null) => asked => asked == name ? value : null;
}
