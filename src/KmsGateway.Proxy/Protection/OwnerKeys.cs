using KmsGateway.Evidence.Signing;
using KmsGateway.Keys;
using KmsGateway.Proxy.Rejections;

namespace KmsGateway.Proxy.Protection;

/// <summary>Gives an owner its key, or decides by its mode what becomes of its spans without one.</summary>
internal sealed class OwnerKeys(TenantKeys keys, BlockedTenants blocked, TimeProvider time)
{
    /// <exception cref="RejectionException">There is no key for one of them now, and nothing may go on without.</exception>
    public async ValueTask PrepareAsync(SpanOwners owners, PolicySet policies, CancellationToken cancellationToken)
    {
        // Side by side: one after the other would add up the waits for a KMS that does not answer.
        List<Task>? pending = null;
        foreach (var owner in owners.All.Where(owner => owner.ComplianceSpans > 0))
        {
            var preparation = PrepareAsync(owner, policies, owners.ComplianceSpans, cancellationToken);
            if (!preparation.IsCompletedSuccessfully)
            {
                (pending ??= []).Add(preparation.AsTask());
            }
        }

        if (pending is not null)
        {
            await Task.WhenAll(pending);
        }
    }

    private async ValueTask PrepareAsync(SpanOwner owner, PolicySet policies, int complianceSpans, CancellationToken cancellationToken)
    {
        if (owner.Tenant is not { Tenant: var tenant })
        {
            return;
        }

        var result = await keys.GetSigningKeyAsync(tenant, cancellationToken);
        if (result.TryGetLease(out var lease))
        {
            blocked.Served(tenant);
            owner.SignWith(lease, time);
            return;
        }

        var isBlocked = result.Failure is KeyFailure.Denied or KeyFailure.NotValidNow;
        var blockedFor = isBlocked ? blocked.Refused(tenant) : TimeSpan.Zero;
        if (owner.Mode == EnforcementMode.Enforce && !(isBlocked && blockedFor >= policies.BlockedGrace))
        {
            var (reason, message) = isBlocked
                ? (RejectionReason.TenantBlocked,
                    $"the KMS refuses the signing key of tenant {tenant}; keep the spans and send them again later")
                : (RejectionReason.KeyUnavailable,
                    $"the signing key of tenant {tenant} is not available now; send the spans again later");
            throw new RejectionException(reason, message) { ComplianceSpans = complianceSpans };
        }

        owner.GoUnsigned(isBlocked ? UnsignableReason.TenantBlocked : UnsignableReason.KeyUnavailable);
    }
}
