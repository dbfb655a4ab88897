namespace AnyEcg.Protocol.Tests;

/// <summary>Golden text files of a feature. With ANYECG_WRITE_GOLDEN=1 in the environment they are written anew instead, for a person to read the difference.</summary>
internal static class GoldenText
{
    public static void Check(string feature, string name, string text)
    {
        string path = Path.Combine(RepositoryFiles.Root, "tests", "AnyEcg.Protocol.Tests", feature, "Golden", name);
        if (Environment.GetEnvironmentVariable("ANYECG_WRITE_GOLDEN") == "1")
            File.WriteAllText(path, text);
        Assert.Equal(File.ReadAllText(path), text);
    }
}
