using System.Diagnostics.Metrics;
using KmsGateway.Evidence.Signing;
using KmsGateway.Keys.Instruments;
using KmsGateway.Proxy.Rejections;

namespace KmsGateway.Proxy.Telemetry;

/// <summary>What happened to requests and to compliance spans, one method per event.</summary>
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

    // As long as http.server.request.duration has them, so that the two can be compared:
    // https://opentelemetry.io/docs/specs/semconv/http/http-metrics/#metric-httpserverrequestduration
    private static readonly InstrumentAdvice<double> Seconds = new()
    {
        HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10],
    };

    private static readonly InstrumentAdvice<long> Bytes = new()
    {
        HistogramBucketBoundaries = [1 << 10, 1 << 12, 1 << 14, 1 << 16, 1 << 18, 1 << 20, 1 << 22, 1 << 24, 1 << 26],
    };

    private readonly Counter<long> _complianceSpans;
    private readonly Counter<long> _signed;
    private readonly Counter<long> _oversize;
    private readonly Counter<long> _encrypted;
    private readonly Counter<long> _withheld;
    private readonly Counter<long> _unsigned;
    private readonly Counter<long> _rejected;
    private readonly Counter<long> _requestsRefused;
    private readonly Counter<long> _decrypted;
    private readonly Histogram<double> _requestDuration;
    private readonly Histogram<long> _requestBytes;
    private readonly TenantLabels _tenants;
    private readonly Meter _meter;
    private readonly Gauge<int> _enforcementMode;

    public GatewayMetrics(IMeterFactory meters, TenantLabels tenants)
    {
        _tenants = tenants;
        var meter = _meter = meters.Create(MeterName);
        _complianceSpans = meter.CreateCounter<long>("kmsgateway.compliance_spans", "{span}", "Compliance spans received.");
        _signed = meter.CreateCounter<long>("kmsgateway.spans_signed", "{span}", "Compliance spans signed.");
        _oversize = meter.CreateCounter<long>(
            "kmsgateway.spans_oversize", "{span}", "Compliance spans signed with an attribute that a store may cut.");
        _encrypted = meter.CreateCounter<long>("kmsgateway.values_encrypted", "{value}", "Values of attributes that left encrypted.");
        _withheld = meter.CreateCounter<long>(
            "kmsgateway.values_withheld", "{value}", "Sensitive values taken out, because there is no key for them. They are lost.");
        _unsigned = meter.CreateCounter<long>("kmsgateway.spans_unsigned", "{span}", "Compliance spans forwarded without a signature.");
        _rejected = meter.CreateCounter<long>("kmsgateway.spans_rejected", "{span}", "Compliance spans refused; the sender was told why.");
        _requestsRefused = meter.CreateCounter<long>(
            "kmsgateway.requests_refused", "{request}", "Requests that the gateway answered itself.");
        _decrypted = meter.CreateCounter<long>(
            "kmsgateway.values_decrypted", "{value}", "Encrypted values that operators asked for.");
        _requestDuration = meter.CreateHistogram<double>(
            "kmsgateway.request_duration", "s", "How long OTLP requests took, with the upstream's part.", tags: null, Seconds);
        _requestBytes = meter.CreateHistogram<long>(
            "kmsgateway.request_size", "By", "Bytes of trace requests, as sent and once they are inflated.", tags: null, Bytes);
        _enforcementMode = meter.CreateGauge<int>(
            "kmsgateway.enforcement_mode", null, "What becomes of a tenant's compliance spans: 0 enforce, 1 observe, 2 dry-run.");
    }

    /// <summary>What trace requests in flight hold.</summary>
    public void ObserveBodies(Func<long> bytes, long maxBytes, Func<int> requests)
    {
        _meter.CreateObservableGauge("kmsgateway.inflight", bytes, "By", "Bytes of trace requests in memory.");
        _meter.CreateObservableGauge("kmsgateway.inflight_bytes_limit", () => maxBytes, unit: null, "Bytes that trace requests may hold together.");
        _meter.CreateObservableGauge("kmsgateway.requests_in_flight", requests, "{request}", "Trace requests that are being worked on.");
    }

    public void ComplianceSpans(long spans) => _complianceSpans.Add(spans);

    public void Signed(long spans, string tenant) => _signed.Add(spans, Tenant(tenant));

    public void Oversize(long spans, string tenant) => _oversize.Add(spans, Tenant(tenant));

    public void Encrypted(long values, string tenant) => _encrypted.Add(values, Tenant(tenant));

    public void Withheld(long values, string reason) => _withheld.Add(values, Reason(reason));

    /// <summary>Forwarded unsigned: because the mode allows it, or because the tenant is blocked.</summary>
    public void Unsigned(long spans, string reason) => _unsigned.Add(spans, Reason(reason));

    /// <summary>Marked, because the span has no canonical form.</summary>
    public void Unsignable(long spans, string reason) => Unsigned(spans, UnsignableLabel(reason));

    public void Request(string signal, string protocol, string outcome, TimeSpan duration) => _requestDuration.Record(
        duration.TotalSeconds, new("signal", signal), new("protocol", protocol), new("outcome", outcome));

    public void Body(int sent, int inflated)
    {
        _requestBytes.Record(sent, new KeyValuePair<string, object?>("stage", "sent"));
        _requestBytes.Record(inflated, new KeyValuePair<string, object?>("stage", "inflated"));
    }

    public void Rejected(long spans, RejectionReason reason) => _rejected.Add(spans, Reason(RejectionTable.Row(reason).Label));

    public void Refused(RejectionReason reason) => Refused(1, reason);

    /// <summary>Values that somebody has asked for through the admin API.</summary>
    public void Decrypted(long values, long refused)
    {
        _decrypted.Add(values, new KeyValuePair<string, object?>("result", "ok"));
        _decrypted.Add(refused, new KeyValuePair<string, object?>("result", "refused"));
    }

    /// <summary>Of tenants that share a label the least strict counts.</summary>
    public void EnforcementModes(IEnumerable<(string Tenant, int Mode)> modes)
    {
        foreach (var group in modes.GroupBy(mode => _tenants.Of(mode.Tenant), StringComparer.Ordinal))
        {
            _enforcementMode.Record(group.Max(mode => mode.Mode), Tenant(group.Key));

            // The tenant's first sign of life: its counters begin at 0.
            Signed(0, group.Key);
            Oversize(0, group.Key);
            Encrypted(0, group.Key);
        }
    }

    public void CreateSeries()
    {
        ComplianceSpans(0);
        Decrypted(0, 0);
        foreach (var reason in UnsignedReasons)
        {
            Unsigned(0, reason);
        }

        Withheld(0, UnsignableReason.UnknownTenant);
        Withheld(0, UnsignableReason.TenantBlocked);
        foreach (var reason in Enum.GetValues<RejectionReason>())
        {
            Rejected(0, reason);
            Refused(0, reason);
        }
    }

    private void Refused(long requests, RejectionReason reason) =>
        _requestsRefused.Add(requests, Reason(RejectionTable.Row(reason).Label));

    private static string UnsignableLabel(string reason) => $"unsignable:{reason}";

    private KeyValuePair<string, object?> Tenant(string tenant) => new("tenant_id", _tenants.Of(tenant));

    private static KeyValuePair<string, object?> Reason(string reason) => new("reason", reason);
}
