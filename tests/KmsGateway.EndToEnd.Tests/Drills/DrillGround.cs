using System.Text.Json.Nodes;
using KmsGateway.EndToEnd.Tests.Keys;
using KmsGateway.FakeKms;
using KmsGateway.Testing.Processes;
using Xunit;

namespace KmsGateway.EndToEnd.Tests.Drills;

/// <summary>Where a drill takes place: a KMS and a database of its own, a gateway that reads its settings from a file, and load.</summary>
internal sealed class DrillGround : IAsyncDisposable
{
    private DrillGround(KeysInstallation installation)
    {
        Installation = installation;
    }

    public KeysInstallation Installation { get; }

    public GatewayProcess Gateway { get; private set; } = null!;

    public TenantLoad Load { get; private set; } = null!;

    /// <summary>The settings that the gateway watches.</summary>
    public string Configuration => Installation.Folder["config", "kmsgateway.json"];

    public static async Task<DrillGround> StartAsync(PostgresServer postgres, Drill drill, TimeSpan pace)
    {
        var ground = new DrillGround(await KeysInstallation.StartAsync(postgres));
        try
        {
            await ground.StartAsync(drill, pace);
            return ground;
        }
        catch
        {
            await ground.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Load is not null)
        {
            await Load.DisposeAsync();
        }

        if (Gateway is not null)
        {
            await Gateway.DisposeAsync();
        }

        await Installation.DisposeAsync();
    }

    private async Task StartAsync(Drill drill, TimeSpan pace)
    {
        var settings = drill.Settings;
        settings["Tenancy"] = new JsonObject
        {
            ["Tenants"] = new JsonArray([.. Enumerable.Range(0, drill.Tenants).Select(tenant => (JsonNode)TenantLoad.NameOf(tenant))]),
        };
        foreach (var region in settings["Kms"]?["OtherRegions"]?.AsArray() ?? [])
        {
            (region!["KeyId"], region["RootKeyId"], region["Endpoint"]) = (KeyRing.Alias, KeyRing.RootAlias, Installation.KmsAddress);
        }

        Directory.CreateDirectory(Path.GetDirectoryName(Configuration)!);
        await File.WriteAllTextAsync(Configuration, settings.ToJsonString(), TestContext.Current.CancellationToken);
        Installation.WorkingDirectory = Installation.Folder.Path;
        Gateway = await Installation.StartGatewayAsync("--KeyStore:ChangeInterval=00:00:01");

        // Half an hour of requests is nobody's evidence here.
        Load = new TenantLoad(Gateway.OtlpHttp, pace, drill.TenantsAtFirst, Installation.Collector.Requests.Clear);
    }
}
