using Google.Protobuf;
using KmsGateway.Proxy.Listeners;
using KmsGateway.Proxy.Tests.Support;
using KmsGateway.Testing.Clients;
using KmsGateway.Testing.Traces;

namespace KmsGateway.Proxy.Tests.Tenancy;

/// <summary>A span may name no other tenant than its caller may use: the attribute chooses, it gives no right.</summary>
public sealed class AttributeTests
{
    private const string Key = "k-both-Zm9vYmFyYmF6cXV4MDEyMw";

    [Fact]
    public async Task Send_SpansOfTenantsInsideAndOutsideTheList_OnlyThoseInsideAreSigned()
    {
        await using var fixture = await TenancyFixture.StartAsync((_, _) =>
            [.. ApiKeyTests.Key(0, Key, "acme", "globex"), "--Tenancy:Attribute=compliance.tenantId"]);
        using var client = new OtlpClient(fixture.Certificates.Tls());
        string[] tenants = ["acme", "initech", "globex", "nobody", "*"];
        var spans = tenants.Select(tenant => SpanBuilder.Compliance().Attribute("compliance.tenantId", tenant).Build())
            .Append(SpanBuilder.Compliance().Build());

        (await client.PostAsync(
            fixture.Gateway.Address(GatewayListener.OtlpHttp), OtlpClient.TracesPath, TraceRequests.Of(spans).ToByteArray(),
            OtlpClient.Protobuf, null, ("X-Api-Key", Key))).Succeeded();

        var arrived = TraceRequests.SpansOf(fixture.Collector.Requests.Single().ParseTraces()).ToList();
        Assert.Equal(
            ["signed", "unknown-tenant", "signed", "unknown-tenant", "unknown-tenant", "unknown-tenant"], arrived.Select(SignatureText.Fate));
        Assert.Equal(("acme attribute", "globex attribute"), (SignatureText.TenantAndSource(arrived[0]), SignatureText.TenantAndSource(arrived[2])));
    }
}
