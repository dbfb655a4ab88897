using Microsoft.Extensions.Configuration.EnvironmentVariables;
using Microsoft.Extensions.Configuration.Memory;

namespace AnyEcg.Worker;

/// <summary>
/// Where secrets may come from: the environment, or the program that hosts the worker. A settings file is copied, backed up and
/// committed, and a command line is shown by every list of processes.
/// </summary>
internal static class SecretSources
{
    private const string Connection = "Store:Connection";
    private static readonly string[] Secrets = ["Broker:Password", "Broker:KeyPassword", Connection];

    /// <summary>A fault for each secret that comes from anywhere else, without the secret.</summary>
    public static IEnumerable<string> Faults(IConfiguration configuration) =>
        from secret in Secrets
        where configuration is IConfigurationRoot root && Elsewhere(root, secret)
        select $"{secret} may come only from the environment ({secret.Replace(":", "__", StringComparison.Ordinal)}) or from {secret}File, "
            + "not from a settings file or the command line: change it there, and the secret itself too";

    /// <summary>A connection string is a secret where it holds a password.</summary>
    private static bool IsSecret(string key, string? value) =>
        key != Connection || value?.Contains("Password", StringComparison.OrdinalIgnoreCase) == true;

    private static bool Elsewhere(IConfigurationRoot root, string key) => root.Providers.Any(provider => provider switch
    {
        ChainedConfigurationProvider { Configuration: IConfigurationRoot inner } => Elsewhere(inner, key),
        EnvironmentVariablesConfigurationProvider or MemoryConfigurationProvider => false,
        _ => provider.TryGet(key, out string? value) && IsSecret(key, value),
    });
}
