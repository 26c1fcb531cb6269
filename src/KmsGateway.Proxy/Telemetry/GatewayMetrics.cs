using System.Diagnostics.Metrics;
using KmsGateway.Evidence.Signing;
using KmsGateway.Proxy.Rejections;

namespace KmsGateway.Proxy.Telemetry;

/// <summary>What happened to compliance spans, one method per event.</summary>
internal sealed class GatewayMetrics
{
    /// <summary>Reasons of unsigned spans, apart from what is wrong with the spans themselves.</summary>
    public const string Observe = "observe";
    public const string DryRun = "dry-run";
    public const string TenantBlocked = "tenant-blocked";

    public const string MeterName = "KmsGateway.Proxy";

    // What is known before it happens: a series that is born with its first event shows no increase, and its alert stays silent.
    private static readonly string[] UnsignedReasons =
        [Observe, DryRun, TenantBlocked, .. UnsignableReason.OfSpans.Select(UnsignableLabel)];

    private readonly Counter<long> _complianceSpans;
    private readonly Counter<long> _signed;
    private readonly Counter<long> _oversize;
    private readonly Counter<long> _unsigned;
    private readonly Counter<long> _rejected;
    private readonly Counter<long> _requestsRefused;
    private readonly Meter _meter;
    private readonly Gauge<int> _enforcementMode;

    public GatewayMetrics(IMeterFactory meters)
    {
        var meter = _meter = meters.Create(MeterName);
        _complianceSpans = meter.CreateCounter<long>("kmsgateway.compliance_spans", "{span}", "Compliance spans received.");
        _signed = meter.CreateCounter<long>("kmsgateway.spans_signed", "{span}", "Compliance spans signed.");
        _oversize = meter.CreateCounter<long>(
            "kmsgateway.spans_oversize", "{span}", "Compliance spans signed with an attribute that a store may cut.");
        _unsigned = meter.CreateCounter<long>("kmsgateway.spans_unsigned", "{span}", "Compliance spans forwarded without a signature.");
        _rejected = meter.CreateCounter<long>("kmsgateway.spans_rejected", "{span}", "Compliance spans refused; the sender was told why.");
        _requestsRefused = meter.CreateCounter<long>(
            "kmsgateway.requests_refused", "{request}", "Requests that the gateway answered itself.");
        _enforcementMode = meter.CreateGauge<int>(
            "kmsgateway.enforcement_mode", null, "What becomes of a tenant's compliance spans: 0 enforce, 1 observe, 2 dry-run.");
    }

    /// <summary>What trace requests in flight hold.</summary>
    public void ObserveBodies(Func<long> bytes, Func<int> requests)
    {
        _meter.CreateObservableGauge("kmsgateway.buffered_bytes", bytes, "By", "Bytes of trace requests in memory.");
        _meter.CreateObservableGauge("kmsgateway.requests_in_flight", requests, "{request}", "Trace requests that are being worked on.");
    }

    public void ComplianceSpans(long spans) => _complianceSpans.Add(spans);

    public void Signed(long spans, string tenant) => _signed.Add(spans, Tenant(tenant));

    public void Oversize(long spans, string tenant) => _oversize.Add(spans, Tenant(tenant));

    /// <summary>Forwarded unsigned: because the mode allows it, or because the tenant is blocked.</summary>
    public void Unsigned(long spans, string reason) => _unsigned.Add(spans, Reason(reason));

    /// <summary>Marked, because the span has no canonical form.</summary>
    public void Unsignable(long spans, string reason) => Unsigned(spans, UnsignableLabel(reason));

    public void Rejected(long spans, RejectionReason reason) => _rejected.Add(spans, Reason(RejectionTable.Row(reason).Label));

    public void Refused(RejectionReason reason) => Refused(1, reason);

    public void EnforcementMode(int mode, string tenant) => _enforcementMode.Record(mode, Tenant(tenant));

    public void CreateSeries(IEnumerable<string> tenants)
    {
        ComplianceSpans(0);
        foreach (var tenant in tenants)
        {
            Signed(0, tenant);
            Oversize(0, tenant);
        }

        foreach (var reason in UnsignedReasons)
        {
            Unsigned(0, reason);
        }

        foreach (var reason in Enum.GetValues<RejectionReason>())
        {
            Rejected(0, reason);
            Refused(0, reason);
        }
    }

    private void Refused(long requests, RejectionReason reason) =>
        _requestsRefused.Add(requests, Reason(RejectionTable.Row(reason).Label));

    private static string UnsignableLabel(string reason) => $"unsignable:{reason}";

    private static KeyValuePair<string, object?> Tenant(string tenant) => new("tenant_id", tenant);

    private static KeyValuePair<string, object?> Reason(string reason) => new("reason", reason);
}
