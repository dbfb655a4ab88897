using Microsoft.Extensions.Options;

namespace AnyEcg.Worker;

/// <summary>What the settings of HTTP must hold, checked at start with all others.</summary>
internal sealed class HttpRules(IOptions<HttpOptions> http) : IValidateOptions<WorkerOptions>
{
    public ValidateOptionsResult Validate(string? name, WorkerOptions options)
    {
        string[] faults = [.. http.Value.Faults()];
        return faults.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
