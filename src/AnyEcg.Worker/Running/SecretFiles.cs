namespace AnyEcg.Worker;

/// <summary>Whether anybody but their owner and group can read the files with secrets. Windows has other rules, and is not judged.</summary>
internal static class SecretFiles
{
    /// <summary>The settings whose file everybody on this machine can read.</summary>
    public static IEnumerable<string> OpenToAll(BrokerOptions broker)
    {
        (string Setting, string? Path)[] files =
        [
            ("Broker:PasswordFile", broker.PasswordFile),
            ("Broker:KeyPasswordFile", broker.KeyPasswordFile),
            ("Broker:KeyFile", broker.KeyFile ?? broker.CertificateFile),
        ];
        return files.Where(file => file.Path is not null && !OperatingSystem.IsWindows() && File.Exists(file.Path)
            && (File.GetUnixFileMode(file.Path) & UnixFileMode.OtherRead) != 0).Select(file => file.Setting);
    }
}
