using System.Globalization;
using KmsGateway.EndToEnd.Tests.Keys;
using KmsGateway.FakeKms;
using KmsGateway.Testing;
using KmsGateway.Testing.Clients;
using KmsGateway.Testing.Processes;
using Xunit;

namespace KmsGateway.EndToEnd.Tests.Drills;

/// <summary>
/// Two gateways in two Regions behind a load balancer that asks <c>/health/ready</c>. The KMS of one Region goes away and comes back.
/// </summary>
public sealed class HaProxyTests(PostgresServer postgres)
{
    private const string Spans = "kmsgateway_compliance_spans_total{}";
    private const string Down = "is down, it was";
    private const string OtherRegion = "eu-west-1";
    private const int FailuresToDown = 3;
    private const int SuccessesToUp = 2;
    private const int EnoughToTell = 20;

    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(200);

    [Fact]
    public async Task KmsOfOneGatewayGoes_TrafficMoves_AndNoRequestFails()
    {
        await using var installation = await KeysInstallation.StartAsync(postgres);
        await using var staying = await installation.StartGatewayAsync(
            $"--Kms:OtherRegions:0:Region={OtherRegion}",
            $"--Kms:OtherRegions:0:KeyId={KeyRing.Alias}",
            $"--Kms:OtherRegions:0:RootKeyId={KeyRing.RootAlias}",
            $"--Kms:OtherRegions:0:Endpoint={installation.KmsAddress}",
            $"--Tenancy:Tenants:1={TenantLoad.NameOf(0)}");

        // The later argument counts: it knows one Region, and has the keys that the other one made for both.
        await using var losing = await installation.StartGatewayAsync(
            $"--Kms:Region={OtherRegion}", "--Rotation:Enabled=false", $"--Tenancy:Tenants:1={TenantLoad.NameOf(0)}");
        using var client = new OtlpClient();
        await IsReadyAsync(client, staying, 200);
        await IsReadyAsync(client, losing, 200);
        await using var balancer = await HaProxyServer.StartAsync(staying, losing);
        await using var load = new TenantLoad(balancer.Address, Pace, tenants: 1);
        await MoreSpansAsync(client, staying);
        await MoreSpansAsync(client, losing);

        var failed = FailedProbes(losing.Output);
        installation.Faults.Set([new Fault("internal", Region: OtherRegion)]);
        await losing.WaitForOutputAsync(Down);
        await IsReadyAsync(client, losing, 503);
        Assert.InRange(FailedProbes(losing.Output[..losing.Output.LastIndexOf(Down, StringComparison.Ordinal)]) - failed, 1, FailuresToDown);
        Assert.Equal(200, (await client.GetAsync(losing.Management, "/health/serving")).Status);
        await MovedAsync(client, load, losing, staying);

        var probes = Probes(installation);
        installation.Faults.Set([]);
        await losing.WaitForOutputAsync("is up, it was Down");
        await IsReadyAsync(client, losing, 200);
        Assert.InRange(Probes(installation) - probes, SuccessesToUp, SuccessesToUp + 1);
        await MoreSpansAsync(client, losing);
        Assert.True(load.Refused == 0, $"{load.Refused} of {load.Sent}: {load.LastRefusal}");
        TestContext.Current.TestOutputHelper?.WriteLine($"{load.Sent} requests through HAProxy, none failed");
    }

    // Its keys are in memory: nothing but the probe calls the KMS there.
    private static int Probes(KeysInstallation installation) => installation.Calls.In(OtherRegion).GetValueOrDefault("Decrypt");

    // Counted where the gateway tells: whoever looks from outside may look late, when one more has failed.
    private static int FailedProbes(string output) => output.Split("A probe of the KMS failed").Length - 1;

    private static Task IsReadyAsync(OtlpClient client, GatewayProcess gateway, int status) => Poll.UntilAsync(
        async () => (await client.GetAsync(gateway.Management, "/health/ready")).Status == status, () => gateway.Output);

    private static async Task MoreSpansAsync(OtlpClient client, GatewayProcess gateway)
    {
        var before = await SpansAsync(client, gateway);
        await Poll.UntilAsync(async () => await SpansAsync(client, gateway) > before, () => gateway.Output);
    }

    // The balancer looks twice a second: from some moment on all requests are the other one's.
    private static async Task MovedAsync(OtlpClient client, TenantLoad load, GatewayProcess from, GatewayProcess to)
    {
        var (spans, sent) = (await SpansAsync(client, from), load.Sent);
        await Poll.UntilAsync(
            async () =>
            {
                if (await SpansAsync(client, from) is var now && now != spans)
                {
                    (spans, sent) = (now, load.Sent);
                }

                return load.Sent - sent > EnoughToTell;
            },
            () => from.Output);
        await MoreSpansAsync(client, to);
    }

    private static async Task<long> SpansAsync(OtlpClient client, GatewayProcess gateway)
    {
        var lines = (await client.GetAsync(gateway.Management, "/metrics")).Text.Split('\n');
        var line = lines.Single(line => line.StartsWith($"{Spans} ", StringComparison.Ordinal));
        return long.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture);
    }
}
