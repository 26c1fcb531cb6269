using System.Security.Cryptography;
using KmsGateway.Cryptography;

namespace KmsGateway.Cli.Sending;

/// <summary>One trace of made-up spans: what a payment service has to prove, and what it does all day.</summary>
internal sealed class SampleTrace
{
    public const string AmountKey = "compliance.amount";
    public const string Amount = "250.00 EUR";

    private const int MillisecondNanoseconds = 1_000_000;

    private static readonly SampleAttribute[] ComplianceAttributes =
    [
        new("http.request.method", "POST"),
        new("url.path", "/payments/2091/approval"),
        new("http.response.status_code", 200u),
        new("compliance.framework", "pci-dss"),
        new("compliance.control", "10.2.1"),
        new("compliance.actor", "alice@example.com"),
        new(AmountKey, Amount),
        new("compliance.four_eyes", true),
        new("compliance.retention_days", 3650u),
    ];

    private static readonly SampleAttribute[] OrdinaryAttributes =
    [
        new("http.request.method", "GET"),
        new("url.path", "/catalogue"),
        new("http.response.status_code", 200u),
    ];

    private readonly byte[] _traceId = RandomNumberGenerator.GetBytes(16);

    public SampleTrace(int compliance, int ordinary, TimeProvider time)
    {
        var now = UnixNanoseconds.From(time.GetUtcNow());
        Spans =
        [
            .. Enumerable.Range(0, compliance).Select(_ => NewSpan("approve payment", ComplianceAttributes, now)),
            .. Enumerable.Range(0, ordinary).Select(_ => NewSpan("list catalogue", OrdinaryAttributes, now)),
        ];
    }

    public string TraceId => Convert.ToHexStringLower(_traceId);

    public IReadOnlyList<SampleSpan> Spans { get; }

    private SampleSpan NewSpan(string name, SampleAttribute[] attributes, ulong now) => new()
    {
        TraceId = _traceId,
        SpanId = RandomNumberGenerator.GetBytes(8),
        Name = name,
        Start = now - (12 * MillisecondNanoseconds),
        End = now,
        Attributes = attributes,
    };
}
