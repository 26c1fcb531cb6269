using KmsGateway.FakeKms;
using KmsGateway.Keys;
using KmsGateway.Keys.Options;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace KmsGateway.Benchmarks;

/// <summary>The keys of one gateway: the real SDK, over a loopback socket, to the fake KMS; SQLite in a folder of its own.</summary>
internal sealed class Installation : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("kmsgateway-bench-");
    private readonly WebApplication _kms;
    private IHost? _host;

    private Installation(WebApplication kms)
    {
        _kms = kms;
    }

    public IServiceProvider Services => _host!.Services;

    public TenantKeys Keys => Services.GetRequiredService<TenantKeys>();

    public FaultPlan Faults => _kms.Services.GetRequiredService<FaultPlan>();

    public CallCounter Calls => _kms.Services.GetRequiredService<CallCounter>();

    public static string TenantName(int i) => $"tenant-{i}";

    /// <summary>Starts it with so many tenants, each with a key. How fast they are made is bounded only where it is asked for.</summary>
    public static async Task<Installation> StartAsync(int tenants, bool boundedRate = false, params (string Name, string Value)[] settings)
    {
        Environment.SetEnvironmentVariable("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE");
        Environment.SetEnvironmentVariable("AWS_SECRET_ACCESS_KEY", "secret");
        var kms = FakeKmsApplication.Create(["--environment", "Development", "--urls", "http://127.0.0.1:0"]);
        await kms.StartAsync(CancellationToken.None);
        var installation = new Installation(kms);
        await installation.StartHostAsync(tenants, boundedRate, settings);
        return installation;
    }

    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
        {
            await _host.StopAsync(CancellationToken.None);
            _host.Dispose();
        }

        await _kms.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private async Task StartHostAsync(int tenants, bool boundedRate, (string Name, string Value)[] settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new() { EnvironmentName = Environments.Development });
        var address = _kms.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["DataDirectory"] = _folder.FullName,
            ["Kms:Provider"] = "aws",
            ["Kms:Region"] = "eu-central-1",
            ["Kms:KeyId"] = KeyRing.Alias,
            ["Kms:RootKeyId"] = KeyRing.RootAlias,
            ["Kms:Endpoint"] = address,
            ["Cache:WarmUp"] = "false",
        });
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Name, (string?)setting.Value)));
        builder.Configuration.AddInMemoryCollection(
            Enumerable.Range(0, tenants).Select(i => KeyValuePair.Create($"Tenancy:Tenants:{i}", (string?)TenantName(i))));
        builder.Services.AddTenantKeys(builder.Configuration);
        if (!boundedRate)
        {
            builder.Services.RemoveAll<IValidateOptions<RotationOptions>>();
            builder.Services.PostConfigure<RotationOptions>(options => options.MaxPerSecondUnscheduled = 100_000);
        }

        _host = builder.Build();
        await _host.StartAsync(CancellationToken.None);
    }
}
