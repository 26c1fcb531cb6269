using KmsGateway.EndToEnd.Tests.Evidence;
using KmsGateway.Testing;
using KmsGateway.Testing.Clients;
using KmsGateway.Testing.Processes;
using KmsGateway.Testing.Traces;
using Xunit;

namespace KmsGateway.EndToEnd.Tests;

/// <summary>Spans of two tenants in one request: each auditor verifies those of one, and is told of the others.</summary>
public sealed class TenantsTests
{
    [Fact]
    public async Task Verify_RequestOfTwoTenants_TellsThemApart()
    {
        using var folder = new TemporaryFolder();
        using var client = new OtlpClient();
        await using var gateway = await GatewayProcess.StartAsync(new GatewayProcessOptions
        {
            DataDirectory = folder.Path,
            Arguments = ["--Tenancy:Tenants:1=acme", "--Tenancy:Tenants:2=globex", "--Tenancy:Attribute=compliance.tenantId"],
        });
        var request = TraceRequests.Of(
            SpanBuilder.Compliance().Attribute("compliance.tenantId", "acme").Build(),
            SpanBuilder.Compliance().Attribute("compliance.tenantId", "globex").Build(),
            SpanBuilder.Compliance().Attribute("compliance.tenantId", "nobody").Build());
        (await client.SendGrpcAsync(gateway.OtlpGrpc, request)).Succeeded();
        await Verification.SaveTrustAsync(gateway, folder["trust.json"]);
        await gateway.StopAsync();

        var acme = await Verification.RunAsync(gateway.SinkFile, folder["trust.json"], "--tenant", "acme");
        var globex = await Verification.RunAsync(gateway.SinkFile, folder["trust.json"], "--tenant", "globex");

        Assert.Equal(["verified", "wrong-tenant", "unsigned:unknown-tenant"], acme.Verdicts);
        Assert.Equal(["wrong-tenant", "verified", "unsigned:unknown-tenant"], globex.Verdicts);
        Assert.All([acme, globex], verification => verification.Program.ExitedWith(1));
    }
}
