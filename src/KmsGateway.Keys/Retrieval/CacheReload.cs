using KmsGateway.Keys.Options;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace KmsGateway.Keys.Retrieval;

/// <summary>
/// Takes over a changed <c>Cache:SigningKeyLifetime</c> at once, for keys in memory too: in an outage of the KMS a longer one is what keeps
/// tenants signing, and a restart would lose the keys. What else changes in the section needs a restart.
/// </summary>
internal sealed class CacheReload(
    IConfiguration configuration,
    SigningKeyCache cache,
    IEnumerable<IValidateOptions<CacheOptions>> validators,
    ILogger<CacheReload> logger) : IHostedService, IDisposable
{
    private IDisposable? _registration;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _registration = ChangeToken.OnChange(configuration.GetReloadToken, Reload);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _registration?.Dispose();

    private void Reload()
    {
        try
        {
            var options = configuration.GetSection(CacheOptions.Section).Get<CacheOptions>() ?? new CacheOptions();
            var failures = validators.Select(validator => validator.Validate(Microsoft.Extensions.Options.Options.DefaultName, options))
                .SelectMany(result => result.Failures ?? []).ToList();
            if (failures.Count > 0)
            {
                KeysLog.CacheNotChanged(logger, string.Join(" ", failures));
            }
            else if (options.SigningKeyLifetime != cache.Lifetime)
            {
                KeysLog.CacheChanged(logger, cache.Lifetime, options.SigningKeyLifetime);
                cache.Lifetime = options.SigningKeyLifetime;
            }
        }
        catch (InvalidOperationException exception)
        {
            // The binder: a value that is no time.
            KeysLog.CacheNotChanged(logger, exception.Message);
        }
    }
}
