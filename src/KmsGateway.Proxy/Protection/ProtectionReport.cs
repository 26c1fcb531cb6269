using KmsGateway.Evidence.Signing;
using KmsGateway.Proxy.Telemetry;

namespace KmsGateway.Proxy.Protection;

/// <summary>Tells what became of the compliance spans of a request: no span goes on unsigned without a count and a line.</summary>
internal sealed partial class ProtectionReport(GatewayMetrics metrics, ILogger<ProtectionReport> logger)
{
    public void Tell(SpanOwners owners, PolicySet policies)
    {
        foreach (var owner in owners.All)
        {
            if (owner.Mode == EnforcementMode.DryRun)
            {
                TellDryRun(owner);
            }
            else
            {
                TellSigned(owner, policies.Oversize.Bytes);
                TellUnsigned(owner);
                TellWithheld(owner);
            }
        }
    }

    private void TellDryRun(SpanOwner owner)
    {
        metrics.Unsigned(owner.ComplianceSpans, GatewayMetrics.DryRun);
        foreach (var (reason, example) in owner.Tally.Unsigned)
        {
            LogNotSignable(example.Count, NameOf(owner), reason, example.TraceId, example.SpanId);
        }
    }

    private void TellSigned(SpanOwner owner, int oversizeBytes)
    {
        if (owner.Tenant is not { Tenant: var tenant })
        {
            return;
        }

        var oversize = owner.Tally.Oversize;
        metrics.Signed(owner.Tally.Signed, tenant);
        metrics.Oversize(oversize.Count, tenant);
        metrics.Encrypted(owner.Tally.Encrypted, tenant);
        if (oversize.Count > 0)
        {
            LogOversize(oversize.Count, tenant, oversizeBytes, oversize.TraceId, oversize.SpanId);
        }
    }

    private void TellUnsigned(SpanOwner owner)
    {
        foreach (var (reason, example) in owner.Tally.Unsigned)
        {
            switch (reason)
            {
                case UnsignableReason.KeyUnavailable or UnsignableReason.TenantBlocked:
                    metrics.Unsigned(
                        example.Count, owner.Mode == EnforcementMode.Observe ? GatewayMetrics.Observe : GatewayMetrics.TenantBlocked);
                    LogWithoutKey(example.Count, NameOf(owner), reason, owner.Mode.Name(), example.TraceId, example.SpanId);
                    break;
                default:
                    metrics.Unsignable(example.Count, reason);
                    LogUnsignable(example.Count, NameOf(owner), reason, example.TraceId, example.SpanId);
                    break;
            }
        }
    }

    private void TellWithheld(SpanOwner owner)
    {
        var reason = owner.UnsignedReason ?? UnsignableReason.UnknownTenant;
        metrics.Withheld(owner.Tally.Withheld, reason);
        if (owner.Tally.Withheld > 0)
        {
            LogWithheld(owner.Tally.Withheld, NameOf(owner), reason);
        }
    }

    // The name that a span gives is not repeated unless it is a tenant's.
    private static string NameOf(SpanOwner owner) => owner.Tenant?.Tenant ?? "(none of the caller's)";

    [LoggerMessage(4040, LogLevel.Warning,
        "{Count} compliance spans of tenant {Tenant} are not signable ({Reason}) and go on marked, unsigned; "
        + "the first is span {SpanId} of trace {TraceId}.")]
    private partial void LogUnsignable(int count, string tenant, string reason, string traceId, string spanId);

    [LoggerMessage(4046, LogLevel.Warning,
        "{Count} sensitive values of tenant {Tenant} were withheld ({Reason}): there is no key for them, and they must not leave in clear. They are lost.")]
    private partial void LogWithheld(int count, string tenant, string reason);

    [LoggerMessage(4042, LogLevel.Warning,
        "{Count} signed spans of tenant {Tenant} have an attribute longer than Signing:OversizeBytes ({Bytes}): a store that cuts it breaks "
        + "the signature; the first is span {SpanId} of trace {TraceId}.")]
    private partial void LogOversize(int count, string tenant, int bytes, string traceId, string spanId);

    [LoggerMessage(4043, LogLevel.Warning,
        "{Count} compliance spans of tenant {Tenant} have no key ({Reason}) and go on marked, unsigned, because its mode is {Mode}; "
        + "the first is span {SpanId} of trace {TraceId}.")]
    private partial void LogWithoutKey(int count, string tenant, string reason, string mode, string traceId, string spanId);

    [LoggerMessage(4044, LogLevel.Warning,
        "In the dry run {Count} compliance spans of tenant {Tenant} could not have been signed ({Reason}); "
        + "the first is span {SpanId} of trace {TraceId}.")]
    private partial void LogNotSignable(int count, string tenant, string reason, string traceId, string spanId);
}
