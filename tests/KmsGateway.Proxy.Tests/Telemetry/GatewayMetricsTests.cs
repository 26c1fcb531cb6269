using KmsGateway.Proxy.Rejections;
using KmsGateway.Proxy.Telemetry;
using KmsGateway.Proxy.Listeners;
using KmsGateway.Proxy.Tests.Support;
using KmsGateway.Testing.Clients;
using KmsGateway.Testing.Traces;
using Microsoft.Extensions.DependencyInjection;

namespace KmsGateway.Proxy.Tests.Telemetry;

[Collection(nameof(HearsEverything))]
public sealed class GatewayMetricsTests
{
    [Fact]
    public async Task Scrape_AfterAnUnsignableSpan_CountsItByReason()
    {
        await using var gateway = await TestGateway.StartWithSinkAsync();
        using var client = new OtlpClient();
        var unsignable = SpanBuilder.Compliance().Attribute("compliance.framework", "twice").Build();

        var request = TraceRequests.Of([unsignable, SpanBuilder.Compliance().Build(), SpanBuilder.Ordinary().Build()]);
        (await client.SendAsync(gateway.Address(GatewayListener.OtlpHttp), request)).Succeeded();

        var lines = await ScrapeAsync(gateway);
        Assert.Contains("kmsgateway_compliance_spans_total{} 2", lines);
        Assert.Contains("kmsgateway_spans_signed_total{tenant_id=\"default\"} 1", lines);
        Assert.Contains("kmsgateway_spans_unsigned_total{reason=\"unsignable:duplicate-key\"} 1", lines);
        Assert.Contains("kmsgateway_spans_unsigned_total{reason=\"unsignable:depth\"} 0", lines);
    }

    [Fact]
    public async Task Scrape_BeforeAnySpan_HasEverySeriesAtZero()
    {
        await using var gateway = await TestGateway.StartWithSinkAsync();

        var lines = await ScrapeAsync(gateway);

        Assert.Contains("kmsgateway_compliance_spans_total{} 0", lines);
        Assert.Contains("kmsgateway_spans_signed_total{tenant_id=\"default\"} 0", lines);
        Assert.Contains("kmsgateway_spans_oversize_total{tenant_id=\"default\"} 0", lines);
        Assert.Contains("kmsgateway_inflight_bytes{} 0", lines);
        Assert.Contains("kmsgateway_requests_in_flight{} 0", lines);
        foreach (var reason in (string[])["observe", "dry-run", "tenant-blocked", "unsignable:oversize"])
        {
            Assert.Contains($"kmsgateway_spans_unsigned_total{{reason=\"{reason}\"}} 0", lines);
        }

        foreach (var reason in Enum.GetValues<RejectionReason>())
        {
            Assert.Contains($"kmsgateway_spans_rejected_total{{reason=\"{RejectionTable.Row(reason).Label}\"}} 0", lines);
            Assert.Contains($"kmsgateway_requests_refused_total{{reason=\"{RejectionTable.Row(reason).Label}\"}} 0", lines);
        }
    }

    [Fact]
    public async Task Scrape_AfterEvents_CountsThem()
    {
        await using var gateway = await TestGateway.StartWithSinkAsync();
        var metrics = gateway.Services.GetRequiredService<GatewayMetrics>();

        metrics.ComplianceSpans(10);
        metrics.Signed(5, "default");
        metrics.Unsigned(3, "unsignable:depth");
        metrics.Rejected(2, RejectionReason.KeyUnavailable);

        var lines = await ScrapeAsync(gateway);
        Assert.Contains("kmsgateway_compliance_spans_total{} 10", lines);
        Assert.Contains("kmsgateway_spans_signed_total{tenant_id=\"default\"} 5", lines);
        Assert.Contains("kmsgateway_spans_unsigned_total{reason=\"unsignable:depth\"} 3", lines);
        Assert.Contains("kmsgateway_spans_rejected_total{reason=\"key-unavailable\"} 2", lines);
    }

    [Fact]
    public void Labels_OfReasons_AreUnique()
    {
        var labels = Enum.GetValues<RejectionReason>().Select(reason => RejectionTable.Row(reason).Label).ToList();

        Assert.Equal(labels.Count, labels.Distinct().Count());
    }

    private static async Task<string[]> ScrapeAsync(TestGateway gateway)
    {
        var scrape = await gateway.Management.GetStringAsync("/metrics", TestContext.Current.CancellationToken);
        Assert.DoesNotContain("otel_scope", scrape, StringComparison.Ordinal);
        Assert.DoesNotContain("target_info", scrape, StringComparison.Ordinal);
        return scrape.Split('\n');
    }
}
