namespace AnyEcg.Model;

/// <summary>What a library is called, newest first, and what to install where there is none.</summary>
/// <param name="Title">In messages.</param>
/// <param name="Linux">File names on Linux.</param>
/// <param name="Windows">File names on Windows.</param>
/// <param name="Install">What to do where it is missing.</param>
internal sealed record LibraryNames(string Title, string[] Linux, string[] Windows, string Install)
{
    /// <summary>Patterns of files beside it that it loads itself, at its first use.</summary>
    public string[] Companions { get; init; } = [];

    public static readonly LibraryNames Driver = new(
        "the CUDA driver", ["libcuda.so.1"], ["nvcuda.dll"],
        "It comes with the NVIDIA driver of the system (in a container: start it with access to the GPU)");

    public static readonly LibraryNames Nvrtc = new(
        "the CUDA run-time compiler NVRTC",
        ["libnvrtc.so.13", "libnvrtc.so.12", "libnvrtc.so.11.2"],
        ["nvrtc64_130_0.dll", "nvrtc64_120_0.dll", "nvrtc64_112_0.dll"],
        "Install the CUDA toolkit's NVRTC (package cuda-nvrtc, or nvidia-cuda-nvrtc of Python), or name its folder")
    {
        Companions = ["libnvrtc-builtins.so.*", "nvrtc-builtins64_*.dll"],
    };

    public static readonly LibraryNames CublasLt = new(
        "cuBLASLt",
        ["libcublasLt.so.13", "libcublasLt.so.12", "libcublasLt.so.11"],
        ["cublasLt64_13.dll", "cublasLt64_12.dll", "cublasLt64_11.dll"],
        "Install the CUDA toolkit's cuBLAS (package libcublas, or nvidia-cublas of Python), or name its folder");

    /// <summary>The names on this system; those of the driver's own generation first, then older ones (a driver runs them), then newer ones.</summary>
    /// <param name="generation">Major version of CUDA that the driver speaks; 0 if not known.</param>
    public string[] For(bool windows, int generation = 0)
    {
        string[] names = windows ? Windows : Linux;
        return generation == 0 ? names : [.. names.Order(Comparer<string>.Create((a, b) => Rank(a).CompareTo(Rank(b))))];

        int Rank(string name)
        {
            int of = Generation(name);
            return of <= generation ? generation - of : 100 + of;
        }
    }

    /// <summary>Of libnvrtc.so.12, nvrtc64_120_0.dll, cublasLt64_12.dll: 12.</summary>
    internal static int Generation(string name)
    {
        string digits = name.Contains(".so.", StringComparison.Ordinal) ? name[(name.IndexOf(".so.", StringComparison.Ordinal) + 4)..] : name[(name.IndexOf('_', StringComparison.Ordinal) + 1)..];
        int length = 0;
        while (length < digits.Length && length < 2 && char.IsAsciiDigit(digits[length]))
            length++;
        return length == 0 ? 0 : int.Parse(digits.AsSpan(0, length), System.Globalization.CultureInfo.InvariantCulture);
    }
}
