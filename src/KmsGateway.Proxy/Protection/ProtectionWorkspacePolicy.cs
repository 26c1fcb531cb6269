using KmsGateway.Proxy.Bodies;
using KmsGateway.Proxy.Tenancy;
using Microsoft.Extensions.ObjectPool;
using Microsoft.Extensions.Options;

namespace KmsGateway.Proxy.Protection;

internal sealed class ProtectionWorkspacePolicy(IOptions<LimitsOptions> limits, IOptions<TenancyOptions> tenancy)
    : PooledObjectPolicy<ProtectionWorkspace>
{
    public override ProtectionWorkspace Create() => new(limits.Value.ToOtlp(), tenancy.Value.Attribute);

    public override bool Return(ProtectionWorkspace obj)
    {
        obj.Reset();
        return true;
    }
}
