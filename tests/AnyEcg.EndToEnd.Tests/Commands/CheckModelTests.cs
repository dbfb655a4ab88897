namespace AnyEcg.EndToEnd.Tests;

[Collection(WholeSystem.Name)]
public sealed class CheckModelTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("anyecg-check-");

    [ReleasedModelFact]
    public async Task CheckModel_Released_IsGood()
    {
        (int exitCode, string output, string error) = await AnyEcgProcess.RunAsync("check-model");
        Assert.True(exitCode == 0, output + error);
        Assert.Contains("run          ok", output, StringComparison.Ordinal);
    }

    [ReleasedModelFact]
    public async Task CheckModel_ChangedWeights_Fails()
    {
        foreach (string file in Directory.EnumerateFiles(Released.Folder))
        {
            File.Copy(file, Path.Combine(folder.FullName, Path.GetFileName(file)));
        }

        string weights = Directory.EnumerateFiles(folder.FullName, "*.safetensors").Single();
        await File.AppendAllTextAsync(weights, "!");
        (int exitCode, _, string error) = await AnyEcgProcess.RunAsync("check-model", "--model", folder.FullName);
        Assert.Equal(1, exitCode);
        Assert.Contains("SHA-256", error, StringComparison.Ordinal);
    }

    public void Dispose() => folder.Delete(recursive: true);
}
