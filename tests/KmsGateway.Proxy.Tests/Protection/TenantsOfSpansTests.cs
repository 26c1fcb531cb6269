using Dapper;
using Google.Protobuf;
using KmsGateway.Proxy.Listeners;
using KmsGateway.Proxy.Tests.Support;
using KmsGateway.Testing.Clients;
using KmsGateway.Testing.Collector;
using KmsGateway.Testing.Traces;
using Microsoft.AspNetCore.Builder;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using OpenTelemetry.Proto.Collector.Trace.V1;
using OpenTelemetry.Proto.Trace.V1;

namespace KmsGateway.Proxy.Tests.Protection;

/// <summary>
/// One request: 8,000 ordinary spans, spans of tenants A and B, and one that names a tenant which is not there. The KMS refuses B's key.
/// </summary>
public sealed class TenantsOfSpansTests : IAsyncLifetime
{
    private const string Attribute = "compliance.tenantId";

    private readonly OtlpClient _client = new();
    private RecordingCollector _collector = null!;

    public static TheoryData<string> Forms => ["protobuf", "json", "grpc"];

    public async ValueTask InitializeAsync() => _collector = await RecordingCollector.StartAsync();

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _collector.DisposeAsync();
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task Enforce_OneTenantIsBlocked_WholeRequestIsRefusedForLater(string form)
    {
        await using var gateway = await StartAsync();

        var answer = await SendAsync(gateway, Request(), form);

        Assert.Equal(form == "grpc" ? 200 : 503, answer.Status);
        Assert.Equal(form == "grpc" ? 14 : null, answer.GrpcStatus);
        Assert.Equal(form == "grpc" ? null : "30", answer.Headers.GetValueOrDefault("Retry-After"));
        Assert.Contains("of tenant B", answer.GrpcMessage ?? answer.Text, StringComparison.Ordinal);
        Assert.Empty(_collector.Requests);
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task Mark_OneTenantIsBlocked_OthersAreSignedAndItsSpansMarked(string form)
    {
        await using var gateway = await StartAsync("--Enforcement:OnTenantBlocked=mark", "--Enforcement:BlockedGrace=00:00:00");

        (await SendAsync(gateway, Request(), form)).Succeeded();

        Assert.Equal(["A signed", "B tenant-blocked", "C unknown-tenant", "ordinary x 8000"], Fates());
    }

    [Fact]
    public async Task Mark_BeforeTheGraceIsOver_IsRefusedAndThenMarked()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var gateway = await StartAsync(
            builder => builder.Services.AddSingleton<TimeProvider>(time), "--Enforcement:OnTenantBlocked=mark", "--Enforcement:BlockedGrace=00:00:30");
        var request = TraceRequests.Of(SpanOf("B"));

        Assert.Equal(503, (await SendAsync(gateway, request, "protobuf")).Status);
        time.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal(503, (await SendAsync(gateway, request, "protobuf")).Status);
        time.Advance(TimeSpan.FromSeconds(1));
        (await SendAsync(gateway, request, "protobuf")).Succeeded();

        Assert.Equal(["B tenant-blocked"], Fates());
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task Observe_OneTenantIsBlocked_OthersAreSignedAndItsSpansMarked(string form)
    {
        await using var gateway = await StartAsync("--Enforcement:Tenants:0:Tenant=B", "--Enforcement:Tenants:0:Mode=observe");

        (await SendAsync(gateway, Request(), form)).Succeeded();

        Assert.Equal(["A signed", "B tenant-blocked", "C unknown-tenant", "ordinary x 8000"], Fates());
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task DryRun_OfAll_BytesAreThoseThatCameIn(string form)
    {
        await using var gateway = await StartAsync("--Enforcement:Mode=dry-run");
        var request = Request();
        request.ResourceSpans[0].ScopeSpans[0].Spans.Add(
            SpanBuilder.Compliance().Attribute("audit.integrity.value", "of another gateway").Build());

        (await SendAsync(gateway, request, form)).Succeeded();

        Assert.Equal(Body(request, form), _collector.Requests.Single().Message());
    }

    [Fact]
    public async Task DryRun_OfOneTenant_ItsSpansAreUntouchedAndOthersSigned()
    {
        await using var gateway = await StartAsync("--Enforcement:Tenants:0:Tenant=B", "--Enforcement:Tenants:0:Mode=dry-run");

        (await SendAsync(gateway, Request(), "protobuf")).Succeeded();

        Assert.Equal(["A signed", "B untouched", "C unknown-tenant", "ordinary x 8000"], Fates());
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task Enforce_TenantIsNamedBySpanOrResourceOrRequest_InThatOrder(string form)
    {
        await using var gateway = await StartAsync();
        var request = TraceRequests.Of(SpanOf("A"), SpanBuilder.Compliance().Build());
        var named = TraceRequests.Of(SpanOf("A"), SpanBuilder.Compliance().Build());
        named.ResourceSpans[0].Resource.Attributes.Add(AnyValues.Pair(Attribute, "D"));
        request.ResourceSpans.Add(named.ResourceSpans[0]);

        (await SendAsync(gateway, request, form, ("X-Scope-OrgID", "default"))).Succeeded();

        Assert.Equal(
            ["A attribute", "default header", "A attribute", "D attribute"],
            TraceRequests.SpansOf(_collector.Requests.Single().ParseTraces()).Select(SignatureText.TenantAndSource));
    }

    // Two names are no name, and neither is what is no text: nobody may choose which of them a reader takes.
    [Theory]
    [MemberData(nameof(Forms))]
    public async Task Enforce_NameThatIsNone_SpansAreMarkedAndOthersSigned(string form)
    {
        await using var gateway = await StartAsync();
        object?[] names = ["", "a", "A ", "../A", new string('A', 65), 1, true, null, new object?[] { "A" }, "Å"];
        var spans = names.Select(name => SpanBuilder.Compliance().Attribute(Attribute, name).Build())
            .Append(SpanBuilder.Compliance().Attribute(Attribute, "A").Attribute(Attribute, "A").Build())
            .Append(SpanBuilder.Compliance().Event("moved", (Attribute, "D")).Attribute(Attribute, "A").Build());

        (await SendAsync(gateway, TraceRequests.Of(spans), form)).Succeeded();

        var arrived = TraceRequests.SpansOf(_collector.Requests.Single().ParseTraces()).ToList();
        Assert.Equal("A attribute", SignatureText.TenantAndSource(arrived[^1]));
        Assert.All(arrived[..^1], span => Assert.Equal("unknown-tenant", SignatureText.Error(span)));
    }

    // 7,998 spans of no interest between those that matter.
    private static ExportTraceServiceRequest Request()
    {
        var spans = new List<Span>();
        for (var i = 0; i < 8_000; i++)
        {
            spans.Add(SpanBuilder.Ordinary().Build());
            switch (i)
            {
                case 0:
                    spans.Add(SpanOf("A"));
                    break;
                case 4_000:
                    spans.Add(SpanOf("B"));
                    break;
                case 7_999:
                    spans.Add(SpanOf("C"));
                    break;
            }
        }

        return TraceRequests.Of(spans);
    }

    private static Span SpanOf(string tenant) => SpanBuilder.Compliance().Attribute(Attribute, tenant).Build();

    private static byte[] Body(ExportTraceServiceRequest request, string form) =>
        form == "json" ? OtlpJson.Format(request) : request.ToByteArray();

    private async Task<OtlpResponse> SendAsync(
        TestGateway gateway, ExportTraceServiceRequest request, string form, params (string Name, string Value)[] headers)
    {
        var body = Body(request, form);
        return form switch
        {
            "grpc" => await _client.CallAsync(
                gateway.Address(GatewayListener.OtlpGrpc), OtlpClient.TracesMethod, GrpcFrame.Wrap(body), null, headers),
            "json" => await _client.PostAsync(
                gateway.Address(GatewayListener.OtlpHttp), OtlpClient.TracesPath, body, OtlpClient.Json, null, headers),
            _ => await _client.PostAsync(
                gateway.Address(GatewayListener.OtlpHttp), OtlpClient.TracesPath, body, OtlpClient.Protobuf, null, headers),
        };
    }

    /// <summary>What became of the spans of the one request that arrived.</summary>
    private List<string> Fates()
    {
        var spans = TraceRequests.SpansOf(_collector.Requests.Single().ParseTraces()).ToList();
        var tenants = spans.Where(span => span.Attributes.Any(attribute => attribute.Key == Attribute)).ToList();
        var fates = tenants.Select(span =>
            $"{span.Attributes.Single(attribute => attribute.Key == Attribute).Value.StringValue} {SignatureText.Fate(span)}").ToList();
        var ordinary = spans.Except(tenants).ToList();
        Assert.All(ordinary, span => Assert.Equal("untouched", SignatureText.Fate(span)));
        return ordinary.Count == 0 ? fates : [.. fates, $"ordinary x {ordinary.Count}"];
    }

    private Task<TestGateway> StartAsync(params string[] settings) => StartAsync(static _ => { }, settings);

    private async Task<TestGateway> StartAsync(Action<WebApplicationBuilder> configure, params string[] settings)
    {
        var gateway = await TestGateway.StartAsync(configure,
        [
            .. TestGateway.Upstreams(_collector.GrpcAddress, _collector.HttpAddress),
            "--Cache:WarmUp=false",
            "--Tenancy:Tenants:1=A",
            "--Tenancy:Tenants:2=B",
            "--Tenancy:Tenants:3=D",
            $"--Tenancy:Attribute={Attribute}",
            .. settings,
        ]);
        await using var database = new SqliteConnection($"Data Source={gateway.KeyStoreFile}");
        var altered = await database.ExecuteAsync(
            "UPDATE key_wrap SET blob = randomblob(length(blob)) WHERE key_id IN (SELECT id FROM tenant_key WHERE tenant_id = 'B')");
        Assert.True(altered > 0);
        return gateway;
    }
}
