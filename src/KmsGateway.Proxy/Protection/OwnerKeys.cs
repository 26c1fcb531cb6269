using KmsGateway.Evidence.Signing;
using KmsGateway.Keys;
using KmsGateway.Proxy.Rejections;

namespace KmsGateway.Proxy.Protection;

/// <summary>Gives an owner its keys, or decides by its mode what becomes of its spans without them.</summary>
internal sealed class OwnerKeys(TenantKeys keys, BlockedTenants blocked, TimeProvider time)
{
    /// <exception cref="RejectionException">There is no key for one of them now, and nothing may go on without.</exception>
    public async ValueTask PrepareAsync(SpanOwners owners, PolicySet policies, CancellationToken cancellationToken)
    {
        // Side by side: one after the other would add up the waits for a KMS that does not answer.
        List<Task>? pending = null;
        foreach (var owner in owners.All.Where(owner => owner.Tenant is not null))
        {
            if (owner.ComplianceSpans > 0)
            {
                Start(PrepareSigningAsync(owner, policies, owners.ComplianceSpans, cancellationToken), ref pending);
            }

            if (owner.SensitiveValues > 0)
            {
                Start(PrepareEncryptionAsync(owner, policies, owners.ComplianceSpans, cancellationToken), ref pending);
            }
        }

        if (pending is not null)
        {
            await Task.WhenAll(pending);
        }
    }

    private static void Start(ValueTask preparation, ref List<Task>? pending)
    {
        if (!preparation.IsCompletedSuccessfully)
        {
            (pending ??= []).Add(preparation.AsTask());
        }
    }

    private async ValueTask PrepareSigningAsync(SpanOwner owner, PolicySet policies, int complianceSpans, CancellationToken cancellationToken)
    {
        var tenant = owner.Tenant!.Value.Tenant;
        var result = await keys.GetSigningKeyAsync(tenant, cancellationToken);
        if (result.TryGetLease(out var lease))
        {
            blocked.Served(tenant, TenantKeyKind.Signing);
            owner.SignWith(lease, time);
            return;
        }

        var goesOn = GoesOnBlocked(owner, result.Failure, TenantKeyKind.Signing, policies, out var isBlocked);
        if (owner.Mode == EnforcementMode.Enforce && !goesOn)
        {
            throw Refusal(tenant, "signing", isBlocked, complianceSpans);
        }

        owner.GoUnsigned(isBlocked ? UnsignableReason.TenantBlocked : UnsignableReason.KeyUnavailable);
    }

    // No mode lets a sensitive value leave in clear. Where a key may still come, the sender waits for it; where it is refused, and the
    // tenant's spans go on all the same, its values do not.
    private async ValueTask PrepareEncryptionAsync(SpanOwner owner, PolicySet policies, int complianceSpans, CancellationToken cancellationToken)
    {
        var tenant = owner.Tenant!.Value.Tenant;
        var result = await keys.GetEncryptionKeyAsync(tenant, cancellationToken);
        if (result.TryGetLease(out var lease))
        {
            blocked.Served(tenant, TenantKeyKind.Encryption);
            owner.EncryptWith(lease);
            return;
        }

        if (!GoesOnBlocked(owner, result.Failure, TenantKeyKind.Encryption, policies, out var isBlocked))
        {
            throw Refusal(tenant, "encryption", isBlocked, complianceSpans);
        }

        owner.GoUnsigned(UnsignableReason.TenantBlocked);
    }

    private bool GoesOnBlocked(SpanOwner owner, KeyFailure failure, TenantKeyKind key, PolicySet policies, out bool isBlocked)
    {
        isBlocked = failure is KeyFailure.Denied or KeyFailure.NotValidNow;
        if (!isBlocked)
        {
            return false;
        }

        var blockedFor = blocked.Refused(owner.Tenant!.Value.Tenant, key);
        return owner.Mode != EnforcementMode.Enforce || blockedFor >= policies.BlockedGrace;
    }

    private static RejectionException Refusal(string tenant, string key, bool isBlocked, int complianceSpans)
    {
        var (reason, message) = isBlocked
            ? (RejectionReason.TenantBlocked, $"the KMS refuses the {key} key of tenant {tenant}; keep the spans and send them again later")
            : (RejectionReason.KeyUnavailable, $"the {key} key of tenant {tenant} is not available now; send the spans again later");
        return new RejectionException(reason, message) { ComplianceSpans = complianceSpans };
    }
}
