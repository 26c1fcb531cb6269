using KmsGateway.Cryptography;
using KmsGateway.Keys.Memory;
using Microsoft.Extensions.Options;

namespace KmsGateway.Keys.Options;

internal sealed class CacheOptionsValidator(IOptions<SigningKeyOptions> signing) : IValidateOptions<CacheOptions>
{
    // The cache has three queues of at least one entry each.
    private const int MinKeys = 3;
    private const int MaxKeys = 100_000;

    private const int KeysBesides = 32;

    private static readonly TimeSpan MinLifetime = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan MaxLifetime = TimeSpan.FromHours(24);

    public ValidateOptionsResult Validate(string? name, CacheOptions options)
    {
        var failures = new List<string>();
        Check(failures, "SigningKeys", options.SigningKeys);
        Check(failures, "EncryptionKeys", options.EncryptionKeys);
        Check(failures, "SigningKeyLifetime", options.SigningKeyLifetime);
        Check(failures, "EncryptionKeyLifetime", options.EncryptionKeyLifetime);

        if (options.RequireLockedMemory && LockedMemoryProblem(options) is { } problem)
        {
            failures.Add(problem);
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static void Check(List<string> failures, string name, int value)
    {
        if (value is < MinKeys or > MaxKeys)
        {
            failures.Add($"Cache:{name} is {value}. Set a number from {MinKeys} to {MaxKeys}.");
        }
    }

    private static void Check(List<string> failures, string name, TimeSpan value)
    {
        if (value < MinLifetime || value > MaxLifetime)
        {
            failures.Add($"Cache:{name} is {value:c}. Set a time from {MinLifetime:c} to {MaxLifetime:c}.");
        }
    }

    // Each key has a page; while one is refreshed there are two.
    private string? LockedMemoryProblem(CacheOptions options)
    {
        if (signing.Value.Algorithm != SigningAlgorithm.EdDsa)
        {
            return "Cache:RequireLockedMemory is set, but keys for Signing:Algorithm=ES256 are OpenSSL's, whose memory is not locked. "
                + "Leave it out, and switch off swap on this machine.";
        }

        var needed = (options.SigningKeys + KeysBesides) * LockedMemory.BytesPerKey;
        return LockedMemory.Limit < needed
            ? $"Cache:RequireLockedMemory is set, but this process may lock {LockedMemory.Limit} bytes and Cache:SigningKeys={options.SigningKeys} "
                + $"needs {needed}. Raise the limit (ulimit -l, LimitMEMLOCK=), or add the capability IPC_LOCK."
            : null;
    }
}
