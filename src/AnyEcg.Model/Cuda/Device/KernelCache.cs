using System.Security.Cryptography;
using System.Text;

namespace AnyEcg.Model;

/// <summary>
/// Compiled kernels on disk, named by everything they depend on. A file that is missing, damaged, unreadable or cannot be written costs one
/// compilation and nothing else. Several processes may use one folder.
/// </summary>
/// <param name="folder">Where; null for no cache.</param>
internal sealed class KernelCache(string? folder)
{
    private static ReadOnlySpan<byte> Magic => "AECGIMG1"u8;

    /// <summary>Below the user's local application data; null where the user has no such folder.</summary>
    public static string? DefaultFolder
    {
        get
        {
            string root = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
            return root.Length == 0 ? null : Path.Combine(root, "anyecg", "kernels");
        }
    }

    /// <summary>Why the last image could not be kept; null where it was, or where there is no cache.</summary>
    public string? Trouble { get; private set; }

    /// <summary>Loads kernels: kept ones, or, where there are none or the driver refuses them, newly compiled ones, which are kept then.</summary>
    /// <exception cref="CudaFaultException">The sources do not compile, or the driver refuses them.</exception>
    public KernelModule Load(CudaContext context, KernelCompiler compiler, KernelSources sources, IReadOnlyList<string> options)
    {
        string key = Key(sources, options, compiler.Identity);
        if (Read(key) is { } kept)
        {
            try
            {
                return new KernelModule(context, kept);
            }
            catch (CudaFaultException e) when (CudaStatus.IsImageRefused(e.Code))
            {
                // An image of another driver's time: it is compiled anew, and replaced.
            }
        }

        byte[] image = compiler.Compile(sources, options);
        KernelModule module = Open(context, compiler, image);
        Write(key, image);
        return module;
    }

    /// <summary>SHA-256 of the sources, the options and the compiler's version and build, in hexadecimal.</summary>
    internal static string Key(KernelSources sources, IReadOnlyList<string> options, string compiler)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Add(sources.Main);
        Add(compiler);
        foreach (string option in options)
            Add(option);
        foreach ((string name, string text) in sources.Files.OrderBy(file => file.Key, StringComparer.Ordinal))
        {
            Add(name);
            Add(text);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());

        void Add(string text)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(text);
            hash.AppendData(BitConverter.GetBytes(bytes.Length));
            hash.AppendData(bytes);
        }
    }

    /// <summary>The image kept under a key; null where there is none that is whole.</summary>
    internal byte[]? Read(string key)
    {
        if (folder == null)
            return null;
        try
        {
            byte[] file = File.ReadAllBytes(PathOf(key));
            int header = Magic.Length + SHA256.HashSizeInBytes;
            return file.Length > header && file.AsSpan().StartsWith(Magic)
                && SHA256.HashData(file.AsSpan(header)).AsSpan().SequenceEqual(file.AsSpan(Magic.Length, SHA256.HashSizeInBytes))
                ? file[header..]
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Keeps an image: written beside its place and renamed, so that a reader sees a whole file or none.</summary>
    internal void Write(string key, ReadOnlySpan<byte> image)
    {
        Trouble = null;
        if (folder == null)
            return;
        string partial = PathOf(key) + $".{Environment.ProcessId}.{Environment.CurrentManagedThreadId}";
        try
        {
            Directory.CreateDirectory(folder);
            using (FileStream file = File.Create(partial))
            {
                file.Write(Magic);
                file.Write(SHA256.HashData(image));
                file.Write(image);
            }

            File.Move(partial, PathOf(key), overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Trouble = $"Compiled kernels cannot be kept in {folder}: {e.Message}";
            Discard(partial);
        }
    }

    private static KernelModule Open(CudaContext context, KernelCompiler compiler, byte[] image)
    {
        try
        {
            return new KernelModule(context, image);
        }
        catch (CudaFaultException e) when (CudaStatus.IsImageRefused(e.Code))
        {
            int version = context.Libraries.DriverVersion;
            throw new CudaUnavailableException(
                $"The driver (CUDA {version / 1000}.{version % 1000 / 10}) refuses the kernels that NVRTC {compiler.Version} compiled for {compiler.Target}: update the driver, or name the folder of an NVRTC of the driver's version. {e.Message}", e)
            {
                IsDefect = e.Code != CudaStatus.UnsupportedPtxVersion,
            };
        }
    }

    private static void Discard(string partial)
    {
        try
        {
            File.Delete(partial);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What could not be written need not be removable either.
        }
    }

    private string PathOf(string key) => Path.Combine(folder!, key + ".image");
}
