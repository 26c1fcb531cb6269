using Microsoft.Extensions.ObjectPool;
using Microsoft.Extensions.Options;

namespace KmsGateway.Proxy.Protection;

internal sealed class ProtectionWorkspacePolicy(IOptions<LimitsOptions> limits, SigningPolicies policies)
    : PooledObjectPolicy<ProtectionWorkspace>
{
    public override ProtectionWorkspace Create() => new(limits.Value.ToOtlp(), policies.Oversize.Bytes);

    public override bool Return(ProtectionWorkspace obj)
    {
        obj.Reset();
        return true;
    }
}
