using System.Collections.Frozen;
using KmsGateway.Keys.Options;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Primitives;

namespace KmsGateway.Keys;

/// <summary>For which tenants the configuration, as it is now, has values encrypted: they need a seed, and no others get one.</summary>
public sealed class EncryptingTenants : IDisposable
{
    private readonly IConfiguration _configuration;
    private readonly ConfiguredTenants _tenants;
    private readonly IDisposable _registration;
    private readonly Lock _lock = new();
    private volatile Lists _lists;
    private TaskCompletionSource _changed = NewChange();

    internal EncryptingTenants(IConfiguration configuration, ConfiguredTenants tenants)
    {
        (_configuration, _tenants) = (configuration, tenants);

        // In this order: what changes in between is read now, or once more.
        _registration = ChangeToken.OnChange(configuration.GetReloadToken, Reload);
        lock (_lock)
        {
            _lists = Read();
        }
    }

    /// <summary>Ends when the answers may have changed. Taken before a look at them, nothing is missed.</summary>
    internal Task Changed => Volatile.Read(ref _changed).Task;

    public bool Contains(string tenant) => _lists is var lists && lists.Own.TryGetValue(tenant, out var encrypts) ? encrypts : lists.ForAll;

    public void Dispose() => _registration.Dispose();

    private static TaskCompletionSource NewChange() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Reload()
    {
        // A broken file would say that nothing is encrypted, and let a seed in use be destroyed.
        if (_tenants.AreThoseOfTheStart)
        {
            lock (_lock)
            {
                _lists = Read();
            }

            Interlocked.Exchange(ref _changed, NewChange()).SetResult();
        }
    }

    private Lists Read()
    {
        var options = _configuration.GetSection(EncryptionListOptions.Section).Get<EncryptionListOptions>() ?? new EncryptionListOptions();
        return new Lists(
            Any(options.Attributes),
            options.Tenants.GroupBy(entry => entry.Tenant, StringComparer.Ordinal)
                .ToFrozenDictionary(group => group.Key, group => group.Any(entry => Any(entry.Attributes)), StringComparer.Ordinal));
    }

    // A list of a file is taken back by an empty text in the environment.
    private static bool Any(IEnumerable<string?> attributes) => attributes.Any(attribute => !string.IsNullOrWhiteSpace(attribute));

    private sealed record Lists(bool ForAll, FrozenDictionary<string, bool> Own);
}
