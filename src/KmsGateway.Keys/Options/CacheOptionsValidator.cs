using Microsoft.Extensions.Options;

namespace KmsGateway.Keys.Options;

internal sealed class CacheOptionsValidator : IValidateOptions<CacheOptions>
{
    // The cache has three queues of at least one entry each.
    private const int MinKeys = 3;
    private const int MaxKeys = 100_000;

    private static readonly TimeSpan MinLifetime = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan MaxLifetime = TimeSpan.FromHours(24);

    public ValidateOptionsResult Validate(string? name, CacheOptions options)
    {
        var failures = new List<string>();
        if (options.SigningKeys is < MinKeys or > MaxKeys)
        {
            failures.Add($"Cache:SigningKeys is {options.SigningKeys}. Set a number from {MinKeys} to {MaxKeys}.");
        }

        if (options.SigningKeyLifetime < MinLifetime || options.SigningKeyLifetime > MaxLifetime)
        {
            failures.Add(
                $"Cache:SigningKeyLifetime is {options.SigningKeyLifetime:c}. Set a time from {MinLifetime:c} to {MaxLifetime:c}.");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
