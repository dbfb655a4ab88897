using AnyEcg.Engine;
using AnyEcg.Model;
using AnyEcg.Tool;
using AnyEcg.Worker.Tests;

namespace AnyEcg.EndToEnd.Tests;

/// <summary>The network of this repository: the released weights where they are checked out, else random ones.</summary>
internal static class Released
{
    public static string Folder => Path.Combine(AppContext.BaseDirectory, "models", "anyecg-s");

    public static bool IsThere => File.Exists(Path.Combine(Folder, "manifest.json"));

    public static IModelRunner Create() => IsThere
        ? ModelOption.Load(Folder, new CpuModelOptions { Threads = 2, MaxSlots = 32, MaxLeadSlots = 64, MaxRows = 64, MaxTokens = 256 })
        : TestModel.Create();

    public static string Recording(string name) => Path.Combine(Excerpts.Folder, name);
}
