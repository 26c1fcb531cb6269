using Microsoft.Extensions.Options;

namespace KmsGateway.Proxy.Listeners;

internal sealed class ShutdownOptionsValidator : IValidateOptions<ShutdownOptions>
{
    private static readonly TimeSpan Max = TimeSpan.FromMinutes(5);

    public ValidateOptionsResult Validate(string? name, ShutdownOptions options)
    {
        var failures = new List<string>();
        if (options.DrainDelay < TimeSpan.Zero || options.DrainDelay > Max)
        {
            failures.Add($"Shutdown:DrainDelay is {options.DrainDelay}. Set a time from 00:00:00 to {Max}.");
        }

        if (options.Timeout < TimeSpan.FromSeconds(1) || options.Timeout > Max)
        {
            failures.Add($"Shutdown:Timeout is {options.Timeout}. Set a time from 00:00:01 to {Max}.");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
