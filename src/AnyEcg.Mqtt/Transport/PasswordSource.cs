namespace AnyEcg.Mqtt;

/// <summary>
/// The password of the next connection. A file is read anew each time, so that a password can be changed without a restart; one
/// that cannot be read just now, or holds what no password can be, leaves the last one in force.
/// </summary>
internal sealed class PasswordSource(MqttClientOptions options)
{
    private string? last;

    public string? Current()
    {
        if (options.PasswordFile is not { } file)
            return options.Password;
        try
        {
            using StreamReader reader = new(file);
            char[] text = new char[ushort.MaxValue + 1];
            string line = new string(text, 0, reader.ReadBlock(text)).Split('\n')[0].TrimEnd('\r');
            last = MessageRules.IsEncodable(line) ? line : last;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is being replaced, or its permissions are: the broker will say if the old one no longer holds.
        }

        return last;
    }
}
