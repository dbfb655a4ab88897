using Microsoft.Extensions.Options;

namespace AnyEcg.Worker;

/// <summary>What the options themselves cannot tell: names that are no setting, where a secret came from, where the pages are bound.</summary>
internal sealed class SettingsAudit(IConfiguration configuration) : IValidateOptions<WorkerOptions>
{
    public ValidateOptionsResult Validate(string? name, WorkerOptions options)
    {
        string[] faults = [.. UnknownSettings.Faults(configuration), .. SecretSources.Faults(configuration), .. PageAddresses.Faults(configuration)];
        return faults.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
