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
    public async Task CheckModel_AnyFileOfWeightsChanged_Fails()
    {
        foreach (string file in Directory.EnumerateFiles(Released.Folder))
        {
            File.Copy(file, Path.Combine(folder.FullName, Path.GetFileName(file)));
        }

        foreach (string weights in Directory.GetFiles(folder.FullName, "*.safetensors"))
        {
            byte[] right = await File.ReadAllBytesAsync(weights);
            await File.AppendAllTextAsync(weights, "!");
            (int exitCode, _, string error) = await AnyEcgProcess.RunAsync("check-model", "--model", folder.FullName);
            Assert.True(exitCode == 1, $"{Path.GetFileName(weights)} was changed and nothing said so");
            Assert.Contains("SHA-256", error, StringComparison.Ordinal);
            await File.WriteAllBytesAsync(weights, right);
        }
    }

    public void Dispose() => folder.Delete(recursive: true);
}
