using Microsoft.Extensions.Options;

namespace KmsGateway.Proxy.Listeners;

internal sealed class ConnectionOptionsValidator : IValidateOptions<ConnectionOptions>
{
    private const int MaxConnections = 1_000_000;
    private const long MinBodyBytes = 1_024;
    private const long MaxBodyBytes = 64 * 1024 * 1024;

    private static readonly TimeSpan MinAge = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan MaxAge = TimeSpan.FromDays(1);

    public ValidateOptionsResult Validate(string? name, ConnectionOptions options)
    {
        var failures = new List<string>();
        if (options.MaxConnections is < 1 or > MaxConnections)
        {
            failures.Add($"Limits:MaxConnections is {options.MaxConnections}. Set a number from 1 to {MaxConnections}.");
        }

        if (options.MaxConnectionAge != TimeSpan.Zero && (options.MaxConnectionAge < MinAge || options.MaxConnectionAge > MaxAge))
        {
            failures.Add($"Limits:MaxConnectionAge is {options.MaxConnectionAge}. Set a time from {MinAge} to {MaxAge}, or 00:00:00 for never.");
        }

        if (options.MaxManagementBodyBytes is < MinBodyBytes or > MaxBodyBytes)
        {
            failures.Add(
                $"Limits:MaxManagementBodyBytes is {options.MaxManagementBodyBytes}. Set a number from {MinBodyBytes} to {MaxBodyBytes}.");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
