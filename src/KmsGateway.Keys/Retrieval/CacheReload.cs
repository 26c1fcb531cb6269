using KmsGateway.Keys.Options;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace KmsGateway.Keys.Retrieval;

/// <summary>
/// Takes over changed lifetimes of section <c>Cache</c> at once, for keys in memory too: in an outage of the KMS a longer one is what keeps
/// tenants signing, and a restart would lose the keys. What else changes in the section needs a restart.
/// </summary>
internal sealed class CacheReload(
    IConfiguration configuration,
    KeyCache<CachedSigningKey> signingKeys,
    KeyCache<CachedSeed> seeds,
    ConfiguredTenants tenants,
    IEnumerable<IValidateOptions<CacheOptions>> validators,
    ILogger<CacheReload> logger) : IHostedService, IDisposable
{
    private IDisposable? _registration;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _registration = ChangeToken.OnChange(configuration.GetReloadToken, Reload);

        // What has changed since the caches were made.
        Reload();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _registration?.Dispose();

    private void Reload()
    {
        // An hour instead of the four that somebody set in an outage would throw away the keys that still sign.
        if (!tenants.AreThoseOfTheStart)
        {
            KeysLog.CacheNotChanged(logger, "Tenancy:Tenants is not the list that the gateway started with; is the file broken?");
            return;
        }

        try
        {
            var options = configuration.GetSection(CacheOptions.Section).Get<CacheOptions>() ?? new CacheOptions();
            var failures = validators.Select(validator => validator.Validate(Microsoft.Extensions.Options.Options.DefaultName, options))
                .SelectMany(result => result.Failures ?? []).ToList();
            if (failures.Count > 0)
            {
                KeysLog.CacheNotChanged(logger, string.Join(" ", failures));
                return;
            }

            Use(nameof(CacheOptions.SigningKeyLifetime), options.SigningKeyLifetime, signingKeys);
            Use(nameof(CacheOptions.EncryptionKeyLifetime), options.EncryptionKeyLifetime, seeds);
        }
        catch (InvalidOperationException exception)
        {
            // The binder: a value that is no time.
            KeysLog.CacheNotChanged(logger, exception.Message);
        }
    }

    private void Use<T>(string setting, TimeSpan lifetime, KeyCache<T> cache)
        where T : CachedSecret
    {
        if (lifetime != cache.Lifetime)
        {
            KeysLog.CacheChanged(logger, setting, cache.Lifetime, lifetime);
            cache.Lifetime = lifetime;
        }
    }
}
