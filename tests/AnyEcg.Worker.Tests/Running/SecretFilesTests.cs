namespace AnyEcg.Worker.Tests;

public sealed class SecretFilesTests : IDisposable
{
    private readonly string path = Path.GetTempFileName();

    [Theory]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.UserWrite, false)]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.GroupRead, false)]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.OtherRead, true)]
    public void OpenToAll_ByItsMode_NamesTheSetting(UnixFileMode mode, bool open)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        File.SetUnixFileMode(path, mode);
        Assert.Equal(open ? ["Broker:PasswordFile"] : Array.Empty<string>(), SecretFiles.OpenToAll(new BrokerOptions { PasswordFile = path }));
        Assert.Equal(open ? ["Broker:KeyFile"] : Array.Empty<string>(), SecretFiles.OpenToAll(new BrokerOptions { CertificateFile = path }));
    }

    public void Dispose() => File.Delete(path);
}
