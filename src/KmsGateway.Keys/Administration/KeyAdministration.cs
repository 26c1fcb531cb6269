using KmsGateway.Cryptography;
using KmsGateway.Keys.Options;
using KmsGateway.Keys.Providers;
using KmsGateway.Keys.Recovery;
using KmsGateway.Keys.Retrieval;
using KmsGateway.Keys.Rotation;
using KmsGateway.Keys.Stores;
using KmsGateway.Keys.Trust;
using Microsoft.Extensions.Options;

namespace KmsGateway.Keys.Administration;

/// <summary>What operators do with keys and tenants.</summary>
/// <remarks>Every method throws <see cref="KeyAdministrationException"/> when what was asked for cannot be.</remarks>
public sealed class KeyAdministration
{
    // While all tenants are rotated the chain never rests.
    private const int MaxLooks = 5;

    private readonly IKeyStore _store;
    private readonly ActiveKeys _activeKeys;
    private readonly TrustLog _trust;
    private readonly TrustRoot _root;
    private readonly TrustRenewal _renewal;
    private readonly KeyRotation _rotation;
    private readonly RotationSchedule _schedule;
    private readonly KeyRevoker _revoker;
    private readonly KeyShredder _shredder;
    private readonly EncryptingTenants _encrypting;
    private readonly TimeProvider _time;
    private readonly bool _makesKeys;

    internal KeyAdministration(
        IOptions<RotationOptions> options,
        IKeyStore store,
        ActiveKeys activeKeys,
        TrustLog trust,
        TrustRoot root,
        TrustRenewal renewal,
        KeyRotation rotation,
        RotationSchedule schedule,
        KeyRevoker revoker,
        KeyShredder shredder,
        EncryptingTenants encrypting,
        TimeProvider time)
    {
        _makesKeys = options.Value.Enabled;
        (_store, _activeKeys, _trust, _root, _renewal) = (store, activeKeys, trust, root, renewal);
        (_rotation, _schedule, _revoker, _shredder, _encrypting, _time) = (rotation, schedule, revoker, shredder, encrypting, time);
    }

    /// <summary>Every version of every tenant's keys and seeds, or of one tenant's.</summary>
    public Task<IReadOnlyList<KeyDescription>> GetKeysAsync(string? tenant, CancellationToken cancellationToken) =>
        AdministrationErrors.ExplainAsync(() => DescribeAsync(tenant, cancellationToken));

    /// <summary>The entries of the trust chain behind number <paramref name="after"/>.</summary>
    public Task<IReadOnlyList<KeyEventDescription>> GetEventsAsync(long after, CancellationToken cancellationToken) =>
        AdministrationErrors.ExplainAsync<IReadOnlyList<KeyEventDescription>>(
            async () => [.. (await _store.ReadChainAsync(after, cancellationToken)).Select(Describe)]);

    public Task<IReadOnlyList<TenantDescription>> GetTenantsAsync(CancellationToken cancellationToken) =>
        AdministrationErrors.ExplainAsync<IReadOnlyList<TenantDescription>>(async () =>
        {
            await _activeKeys.RefreshAsync(cancellationToken);
            return
            [
                .. _activeKeys.Tenants.Order(StringComparer.Ordinal).Select(tenant => new TenantDescription(
                    tenant,
                    _activeKeys.IsConfigured(tenant) ? "configuration" : "api",
                    _activeKeys.Find(tenant, out _, out var key) == KeyFailure.None ? key.Key.Kid : null)),
            ];
        });

    /// <summary>Adds a tenant to all gateways on the store. It has a key within seconds.</summary>
    public Task AddTenantAsync(string tenant, CancellationToken cancellationToken) => AdministrationErrors.ExplainAsync(async () =>
    {
        if (!TenantId.IsValid(tenant))
        {
            throw new KeyAdministrationException(
                $"'{tenant}' is no tenant's name: use 1 to {TenantId.MaxLength} characters of A-Z a-z 0-9 . _ -");
        }

        await _store.AddTenantAsync(tenant, _time.GetUtcNow(), cancellationToken);
        await _activeKeys.RefreshAsync(cancellationToken);
        return true;
    });

    /// <summary>Ends a tenant that was added so. Its keys stay for those who verify.</summary>
    public Task RemoveTenantAsync(string tenant, CancellationToken cancellationToken) => AdministrationErrors.ExplainAsync(async () =>
    {
        if (!await _store.RemoveTenantAsync(tenant, _time.GetUtcNow(), cancellationToken))
        {
            throw _activeKeys.IsConfigured(tenant)
                ? new KeyAdministrationException($"Tenant '{tenant}' is in Tenancy:Tenants of the gateways' settings: remove it there.")
                : new KeyAdministrationException($"There is no tenant '{tenant}'.") { IsMissing = true };
        }

        await _activeKeys.RefreshAsync(cancellationToken);
        return true;
    });

    /// <summary>Gives a tenant a new key now, and retires the one it has.</summary>
    /// <param name="purpose">Which one: <c>signing</c> or <c>encryption</c>.</param>
    /// <param name="isDryRun">Whether only to tell if it could be done, and what keys there are.</param>
    /// <returns>The keys of the tenant after that.</returns>
    public Task<IReadOnlyList<KeyDescription>> RotateAsync(
        string tenant, string purpose, string actor, string reason, bool isDryRun, CancellationToken cancellationToken) => AdministrationErrors.ExplainAsync<IReadOnlyList<KeyDescription>>(async () =>
    {
        ThrowIfItMakesNoKeys();
        if (!_activeKeys.Tenants.Contains(tenant))
        {
            throw new KeyAdministrationException($"There is no tenant '{tenant}'.") { IsMissing = true };
        }

        if (purpose is not (KeyPurpose.Signing or KeyPurpose.Encryption))
        {
            throw new KeyAdministrationException($"'{purpose}' is no purpose of a key: say '{KeyPurpose.Signing}' or '{KeyPurpose.Encryption}'.");
        }

        if (purpose == KeyPurpose.Encryption && !_encrypting.Contains(tenant))
        {
            throw new KeyAdministrationException($"Nothing is encrypted for tenant '{tenant}' (Encryption:Attributes, Encryption:Tenants): it needs no seed.");
        }

        if (!isDryRun && !await _rotation.RunNowAsync(tenant, purpose, $"{actor}: {reason}", cancellationToken))
        {
            throw new KeyAdministrationException(
                $"The keys of tenant '{tenant}' could not be rotated to the end now: another gateway is at it, or the new key could not be tested. "
                + "It goes on by itself; ask for the tenant's keys in a minute.");
        }

        await _activeKeys.RefreshAsync(cancellationToken);
        await _renewal.RenewIfDueAsync(cancellationToken);
        return await DescribeAsync(tenant, cancellationToken);
    });

    /// <summary>Withdraws a key, and tells how long it took until no gateway used it any more.</summary>
    public Task<Revocation> RevokeAsync(RevocationRequest request, CancellationToken cancellationToken) => AdministrationErrors.ExplainAsync(async () =>
    {
        ThrowIfItMakesNoKeys();
        var revocation = await (request switch
        {
            { IsCompromise: false, CompromisedFrom: not null } =>
                throw new KeyAdministrationException("A time since when a key was compromised belongs to a compromise only."),
            { CompromisedFrom: { } from } when from > _time.GetUtcNow() =>
                throw new KeyAdministrationException("The time since when the key was compromised is in the future."),
            _ => _revoker.RevokeAsync(request, cancellationToken),
        });
        await _renewal.RenewIfDueAsync(cancellationToken);
        return revocation;
    });

    /// <summary>
    /// Destroys a seed, and with it everything that was encrypted under it. Copies of its wraps in exports and backups of the key store are not
    /// reached. It needs neither the KMS nor a gateway that makes keys.
    /// </summary>
    public Task<ShredResult> ShredAsync(string kid, string actor, string reason, CancellationToken cancellationToken) =>
        AdministrationErrors.ExplainAsync(() => _shredder.ShredAsync(kid, actor, reason, cancellationToken));

    /// <summary>The key store as a file, signed by the root.</summary>
    public Task<byte[]> ExportAsync(CancellationToken cancellationToken) => AdministrationErrors.ExplainAsync(async () =>
    {
        ThrowIfItMakesNoKeys();
        return await StoreExport.WriteAsync(await _store.ReadImageAsync(cancellationToken), _root, cancellationToken);
    });

    /// <summary>Brings a store that was restored from an older backup forward to an export of its own.</summary>
    /// <returns>How many keys the export has.</returns>
    public Task<int> ImportAsync(ReadOnlyMemory<byte> file, CancellationToken cancellationToken) => AdministrationErrors.ExplainAsync(async () =>
    {
        var image = StoreExport.Read(file);
        if (image.Root.Kid != _root.PublicKey.Kid)
        {
            throw new KeyAdministrationException(
                $"The export is of an installation with root {image.Root.Kid}; this one has {_root.PublicKey.Kid}.");
        }

        await _store.AddImageAsync(image, cancellationToken);
        await _activeKeys.RefreshAsync(cancellationToken);
        await _renewal.RenewIfDueAsync(cancellationToken);
        return image.Keys.Count;
    });

    private void ThrowIfItMakesNoKeys()
    {
        if (!_makesKeys)
        {
            throw new KeyAdministrationException("This gateway makes no keys and cannot sign as root (Rotation:Enabled is false). Ask one that does.");
        }
    }

    // Rows and chain are read one after the other, and keys are moved meanwhile: only what stays so when nothing moved is a contradiction.
    private async Task<IReadOnlyList<KeyDescription>> DescribeAsync(string? tenant, CancellationToken cancellationToken)
    {
        for (var looks = 1; ; looks++)
        {
            var end = _trust.End.Count;
            var rows = await _store.ReadKeysAsync(tenant, cancellationToken);
            await _trust.RefreshAsync(cancellationToken);
            var keys = rows.Select(Describe).ToList();
            if (keys.TrueForAll(key => key.Trusted) || _trust.End.Count == end || looks == MaxLooks)
            {
                return keys;
            }
        }
    }

    private KeyDescription Describe(KeyVersion key) => new(
        key.Kid,
        key.Tenant,
        key.Purpose,
        key.Algorithm,
        NameOf(key.Stage),
        IsTrusted(key),
        key.MadeLocally ? "local" : "kms",
        key.Reason,
        key.CreatedAt,
        key.ActivateAt,
        key.ActivatedAt,
        key.Stage == KeyStage.Active ? _schedule.SuccessorOf(key) : null,
        key.DeactivatedAt,
        key.RevokedAt,
        key.DestroyedAt);

    private bool IsTrusted(KeyVersion key) => key.Purpose == KeyPurpose.Encryption
        ? key.Kid == SeedId.KidOf(key.Id)
        : key.Stage is KeyStage.Pending or KeyStage.Failed
        || (_trust.TryFind(key.Kid, out var trusted) && trusted.Tenant == key.Tenant && KeyEvent.StatusName(trusted.Status) == NameOf(key.Stage));

    private static string NameOf(KeyStage stage) => stage.ToString().ToLowerInvariant();

    // Read leniently: what is listed here was verified when it was taken in, or was not.
    private static KeyEventDescription Describe(StoredEvent entry) =>
        entry.Jws.Split('.') is { Length: 3 } parts
        && Base64UrlText.TryDecode(parts[1], out var payload)
        && KeyEvent.TryParse(payload, out var keyEvent)
            ? new KeyEventDescription(
                entry.N, entry.At, keyEvent.Key.Kid, keyEvent.Tenant, KeyEvent.StatusName(keyEvent.Status), entry.Actor, entry.Reason)
            : new KeyEventDescription(entry.N, entry.At, "", "", "unreadable", entry.Actor, entry.Reason);
}
