namespace AnyEcg.Mqtt.Tests;

public sealed class PasswordSourceTests : IDisposable
{
    private readonly string path = Path.GetTempFileName();

    [Theory]
    [InlineData("secret", "secret")]
    [InlineData("secret\n", "secret")]
    [InlineData("secret\r\nmore\n", "secret")]
    [InlineData("  spaces count ", "  spaces count ")]
    [InlineData("", "")]
    public void Current_File_IsItsFirstLine(string text, string password)
    {
        File.WriteAllText(path, text);
        Assert.Equal(password, Make().Current());
    }

    [Fact]
    public void Current_FileChanged_IsTheNewOne()
    {
        File.WriteAllText(path, "old");
        PasswordSource source = Make();
        Assert.Equal("old", source.Current());
        File.WriteAllText(path, "new");
        Assert.Equal("new", source.Current());
    }

    [Fact]
    public void Current_FileGoneOrNoPassword_IsTheLastOne()
    {
        File.WriteAllText(path, "old");
        PasswordSource source = Make();
        Assert.Equal("old", source.Current());
        File.WriteAllText(path, new string('x', 70_000));
        Assert.Equal("old", source.Current());
        File.Delete(path);
        Assert.Equal("old", source.Current());
    }

    [Fact]
    public void Current_NoFile_IsThePassword() => Assert.Equal("p", new PasswordSource(new MqttClientOptions { Password = "p" }).Current());

    public void Dispose() => File.Delete(path);

    private PasswordSource Make() => new(new MqttClientOptions { Password = "not this", PasswordFile = path });
}
