using KmsGateway.Keys.Clocks;
using KmsGateway.Keys.Options;
using KmsGateway.Keys.Probing;
using KmsGateway.Keys.Providers;
using KmsGateway.Keys.Resilience;
using KmsGateway.Keys.Retrieval;
using KmsGateway.Keys.Rotation;
using KmsGateway.Keys.Trust;
using Microsoft.Extensions.Options;
using Polly.CircuitBreaker;

namespace KmsGateway.Keys.Administration;

/// <summary>What operators ask of the KMS side of this gateway, and have it do for all tenants at once.</summary>
public sealed class KmsAdministration
{
    private const string RotateAll = "rotate-all-keys";
    private const string WarmUp = "warm-up";

    private readonly ResilientKms _kms;
    private readonly KmsProbe _probe;
    private readonly ActiveKeys _activeKeys;
    private readonly TenantKeys _keys;
    private readonly KeyCache<CachedSigningKey> _cache;
    private readonly KeyRotation _rotation;
    private readonly RotationSchedule _schedule;
    private readonly TrustRoot _root;
    private readonly ClockSkew _skew;
    private readonly KmsValidator _validator;
    private readonly Operations _operations;
    private readonly RotationOptions _options;
    private readonly TimeProvider _time;

    internal KmsAdministration(
        IOptions<RotationOptions> options,
        ResilientKms kms,
        KmsProbe probe,
        ActiveKeys activeKeys,
        TenantKeys keys,
        KeyCache<CachedSigningKey> cache,
        KeyRotation rotation,
        RotationSchedule schedule,
        TrustRoot root,
        ClockSkew skew,
        KmsValidator validator,
        Operations operations,
        TimeProvider time)
    {
        (_options, _kms, _probe, _activeKeys, _keys, _cache) = (options.Value, kms, probe, activeKeys, keys, cache);
        (_rotation, _schedule, _root, _skew, _validator, _operations, _time) = (rotation, schedule, root, skew, validator, operations, time);
    }

    public KmsStatus GetStatus()
    {
        var probe = _probe.Current;
        var now = _time.GetUtcNow();
        var withKey = _activeKeys.Current.Where(key => key.Trusted is not null).Select(key => key.Trusted!.Tenant).ToHashSet(StringComparer.Ordinal);
        return new KmsStatus(
            _kms.Name,
            probe.State.ToString().ToLowerInvariant(),
            probe.ErrorCode,
            probe.LatencyMs,
            probe.LastSuccess,
            [.. _kms.Circuits.Select(circuit => new CircuitStatus(circuit.Name, NameOf(circuit.State)))],
            GetCacheStatus(),
            _options.Enabled,
            _root.PublicKey.Kid,
            _activeKeys.Tenants.Count,
            [.. _activeKeys.Tenants.Where(tenant => !withKey.Contains(tenant)).Order(StringComparer.Ordinal)],
            _activeKeys.InUseSince.Count(since => _schedule.IsOverdue(since, now)),
            _skew.BySource.ToDictionary(pair => pair.Key, pair => pair.Value.TotalSeconds, StringComparer.Ordinal));
    }

    public CacheStatus GetCacheStatus() => new(_cache.Count, _cache.Capacity, _cache.Lifetime.TotalSeconds);

    public IReadOnlyList<CachedKey> GetCachedKeys()
    {
        var keys = new List<CachedKey>();
        foreach (var lease in _cache.LeaseAll())
        {
            using (lease)
            {
                var key = lease.Value;
                var age = _time.GetElapsedTime(key.Since);
                keys.Add(new CachedKey(
                    key.Tenant, key.Kid, age.TotalSeconds, Math.Max(0, (_cache.Lifetime - age).TotalSeconds), key.IsUsed));
            }
        }

        return [.. keys.OrderBy(key => key.Tenant, StringComparer.Ordinal)];
    }

    /// <summary>Tries everything that the gateway needs of the KMS. One at a time: each is several calls that are billed.</summary>
    public Task<IReadOnlyList<ValidationStep>> ValidateAsync(CancellationToken cancellationToken) => _validator.RunAsync(cancellationToken);

    /// <summary>The tenants that <see cref="StartRotateAll"/> would give a new key.</summary>
    public IReadOnlyList<string> TenantsToRotate() => [.. _activeKeys.Tenants.Order(StringComparer.Ordinal)];

    /// <summary>Gives every tenant a new signing key now, at the rate of <c>Rotation:MaxPerSecondUnscheduled</c>.</summary>
    /// <exception cref="KeyAdministrationException">It is under way, or this gateway makes no keys.</exception>
    public Operation StartRotateAll(string actor, string reason) => _options.Enabled
        ? _operations.Start(
            RotateAll, actor, reason, TenantsToRotate(), (tenant, token) => _rotation.RunNowAsync(tenant, KeyPurpose.Signing, $"{actor}: {reason}", token))
        : throw new KeyAdministrationException("This gateway makes no keys (Rotation:Enabled is false). Ask one that does.");

    /// <summary>Unwraps the signing keys of all tenants that are not in memory, as many as there is room for.</summary>
    /// <exception cref="KeyAdministrationException">It is under way.</exception>
    public Operation StartWarmUp(string actor) => _operations.Start(
        WarmUp,
        actor,
        "",
        [.. TenantsToRotate().Take(_cache.Capacity)],
        async (tenant, token) => await _keys.LoadSigningKeyAsync(tenant, token) is KeyFailure.None);

    public Operation? FindOperation(string id) => _operations.Find(id);

    private static string NameOf(CircuitState state) => state switch
    {
        CircuitState.Closed => "closed",
        CircuitState.HalfOpen => "half-open",
        _ => "open",
    };
}
