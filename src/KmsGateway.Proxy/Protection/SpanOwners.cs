using KmsGateway.Evidence.Compliance;
using KmsGateway.Evidence.Otlp;
using KmsGateway.Evidence.Signing;
using KmsGateway.Keys;
using KmsGateway.Proxy.Tenancy;

namespace KmsGateway.Proxy.Protection;

/// <summary>The owners of the spans that a scan found. Reused from request to request.</summary>
internal sealed class SpanOwners : IDisposable
{
    private readonly Dictionary<RequestTenant, SpanOwner> _byTenant = [];
    private readonly List<SpanOwner> _bySpan = [];
    private SpanOwner? _nobody;

    /// <summary>In the order of the scan's spans.</summary>
    public SpanOwner this[int span] => _bySpan[span];

    public IEnumerable<SpanOwner> All => _nobody is null ? _byTenant.Values : _byTenant.Values.Append(_nobody);

    public int ComplianceSpans { get; private set; }

    /// <summary>All spans belong to the tenant of the request.</summary>
    public void AssignTo(RequestTenant? tenant, PolicySet policies, TraceScan scan)
    {
        var owner = OwnerOf(tenant, policies);
        foreach (ref readonly var span in scan.Spans)
        {
            Assign(span, owner);
        }
    }

    /// <summary>Each span belongs to the tenant that it names, if the caller may send as that one; to that of the request if it names none.</summary>
    public OtlpError AssignBy(
        SpanTenantReader spanTenants, ITraceEncoding encoding, ReadOnlySpan<byte> message, Caller caller, TenantKeys tenants,
        PolicySet policies, TraceScan scan)
    {
        foreach (ref readonly var span in scan.Spans)
        {
            if (spanTenants.Read(encoding, message, span) is var error && error != OtlpError.None)
            {
                return error;
            }

            Assign(span, OwnerOf(spanTenants.IsPresent ? TenantNamed(spanTenants.Name, caller, tenants) : caller.Tenant, policies));
        }

        return OtlpError.None;
    }

    /// <summary>Gives the leases back and forgets the request.</summary>
    public void Dispose()
    {
        foreach (var owner in _byTenant.Values)
        {
            owner.Dispose();
        }

        _byTenant.Clear();
        _bySpan.Clear();
        _nobody = null;
        ComplianceSpans = 0;
    }

    private static RequestTenant? TenantNamed(string? name, Caller caller, TenantKeys tenants) =>
        name is not null && caller.Tenants.Contains(name) && tenants.IsKnown(name)
            ? new RequestTenant(name, TenantSource.Attribute)
            : null;

    private void Assign(in SpanView span, SpanOwner owner)
    {
        _bySpan.Add(owner);
        if (span.IsWanted)
        {
            owner.ComplianceSpans++;
            ComplianceSpans++;
        }
    }

    private SpanOwner OwnerOf(RequestTenant? tenant, PolicySet policies)
    {
        // One that was added or removed between the look at the caller and this set is none of it.
        if (tenant is not { } known || !policies.Tenants.Contains(known.Tenant))
        {
            return _nobody ??= new SpanOwner(tenant: null, policy: null, policies.DefaultMode, policies.Encryption.OfNobody);
        }

        if (!_byTenant.TryGetValue(known, out var owner))
        {
            var policy = policies.Of(known.Tenant);
            _byTenant.Add(known, owner = new SpanOwner(known, policy, policy.Mode, policy.Sensitive));
        }

        return owner;
    }
}
