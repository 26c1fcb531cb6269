using Dapper;
using KmsGateway.Cryptography;
using KmsGateway.Keys.Probing;
using KmsGateway.Keys.Providers;
using KmsGateway.Keys.Providers.Local;
using KmsGateway.Keys.Retrieval;
using KmsGateway.Keys.Rotation;
using KmsGateway.Keys.Stores;
using KmsGateway.Keys.Stores.Sql;
using KmsGateway.Keys.Trust;
using KmsGateway.Testing;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace KmsGateway.Keys.Tests.Support;

/// <summary>The keys of one gateway process: what <c>AddTenantKeys</c> builds, on a folder that may be shared or used again.</summary>
internal sealed class Gateway : IDisposable
{
    private readonly IHost _host;
    private readonly string _database;

    public Gateway(TempFolder folder, PatientTime time, string[] tenants, string? environment = null, Dictionary<string, string?>? settings = null)
    {
        Time = time;
        _database = folder.File("kmsgateway.db");
        var builder = Host.CreateEmptyApplicationBuilder(new() { EnvironmentName = environment ?? Environments.Development });
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["DataDirectory"] = folder.Path, ["Kms:Provider"] = "local" });
        builder.Configuration.AddInMemoryCollection(tenants.Select((tenant, i) => KeyValuePair.Create($"Tenancy:Tenants:{i}", (string?)tenant)));
        builder.Configuration.AddInMemoryCollection(settings ?? []);
        builder.Logging.AddProvider(Log);
        builder.Services.AddSingleton<TimeProvider>(time);
        builder.Services.AddSingleton<LocalKmsProvider>();
        builder.Services.AddSingleton<RecordingKms>();
        builder.Services.AddSingleton<IKmsProvider>(services => services.GetRequiredService<RecordingKms>());
        builder.Services.AddSingleton<SqlKeyStore>();
        builder.Services.AddSingleton(services => InterruptedStore.Around(services.GetRequiredService<SqlKeyStore>()));
        builder.Services.AddTenantKeys(builder.Configuration);
        _host = builder.Build();
    }

    public static TheoryData<string> Algorithms => [.. SigningAlgorithm.All];

    public PatientTime Time { get; }

    public LogCapture Log { get; } = new();

    public TenantKeys Keys => Get<TenantKeys>();

    public RecordingKms Kms => Get<RecordingKms>();

    public IKeyStore Store => Get<IKeyStore>();

    public ActiveKeys ActiveKeys => Get<ActiveKeys>();

    public KeyCache<CachedSigningKey> Cache => Get<KeyCache<CachedSigningKey>>();

    public KeyCache<CachedSeed> Seeds => Get<KeyCache<CachedSeed>>();

    public PolicyArchive Policies => Get<PolicyArchive>();

    public TrustPublisher Trust => Get<TrustPublisher>();

    public KmsProbe Probe => Get<KmsProbe>();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>What the host does before any server starts, without the background services: the test decides what happens when.</summary>
    public static async Task<Gateway> PrepareAsync(
        TempFolder folder,
        string[] tenants,
        PatientTime? time = null,
        Dictionary<string, string?>? settings = null,
        string algorithm = SigningAlgorithm.EdDsa,
        Func<string, bool>? encrypts = null)
    {
        var gateway = new Gateway(
            folder, time ?? NewTime(), tenants, settings: new(settings ?? []) { ["Signing:Algorithm"] = algorithm });
        try
        {
            gateway.EncryptFor(encrypts ?? (_ => false));
            await gateway.PrepareAsync();
            return gateway;
        }
        catch
        {
            gateway.Dispose();
            throw;
        }
    }

    public static PatientTime NewTime() => new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    public T Get<T>()
        where T : notnull => _host.Services.GetRequiredService<T>();

    public T GetHosted<T>() => _host.Services.GetServices<IHostedService>().OfType<T>().Single();

    public Task PrepareAsync() => GetHosted<KeyBootstrap>().StartingAsync(Token);

    public Task StartAsync() => _host.StartAsync(Token);

    public Task StopAsync() => _host.StopAsync(Token);

    /// <inheritdoc cref="PatientTime.PassAsync"/>
    public async Task<T> PassTimeAsync<T>(Task<T> task)
    {
        await Time.PassAsync(task);
        return await task;
    }

    /// <inheritdoc cref="PatientTime.PassAsync"/>
    public Task PassTimeAsync(Task task) => Time.PassAsync(task);

    public async Task<KeyResult<SigningKeyLease>> GetAsync(string tenant) => await Keys.GetSigningKeyAsync(tenant, Token);

    /// <summary>The kid a tenant signs with.</summary>
    public async Task<string> KidAsync(string tenant)
    {
        using var lease = (await GetAsync(tenant)).Lease!;
        return lease.Key.Kid;
    }

    public async Task<KeyResult<EncryptionKeyLease>> GetSeedAsync(string tenant) => await Keys.GetEncryptionKeyAsync(tenant, Token);

    public async Task<KeyResult<EncryptionKeyLease>> GetSeedOfAsync(string kid) => await Keys.GetDecryptionKeyAsync(kid, Token);

    /// <summary>The kid a tenant encrypts with.</summary>
    public async Task<string> SeedKidAsync(string tenant)
    {
        using var lease = (await GetSeedAsync(tenant)).Lease!;
        return lease.Kid;
    }

    /// <summary>Gives a tenant a new seed. Returns the kid of the one it had.</summary>
    public async Task<string> RotateSeedAsync(string tenant)
    {
        var old = await SeedKidAsync(tenant);
        Assert.True(await Get<KeyRotation>().RunNowAsync(tenant, KeyPurpose.Encryption, "test", Token));
        await ActiveKeys.RefreshAsync(Token);
        return old;
    }

    /// <summary>Has values encrypted for these tenants from now on.</summary>
    public void EncryptFor(Func<string, bool> tenants) => Get<EncryptingTenants>().Use(tenants);

    /// <inheritdoc cref="InterruptedStore.AfterNext"/>
    public InterruptedStore.Interruption AfterNext(string method, Func<Task> act) => InterruptedStore.AfterNext(Store, method, act);

    /// <summary>Changes the configuration as an edited file does.</summary>
    public void Reconfigure(string key, string? value)
    {
        var configuration = (IConfigurationRoot)Get<IConfiguration>();
        configuration[key] = value;
        configuration.Reload();
    }

    /// <summary>Does to the database what someone with the file can do.</summary>
    public void Tamper(string sql, object? parameters = null)
    {
        using var connection = new SqliteConnection($"Data Source={_database};Pooling=False;Foreign Keys=False");
        connection.Execute(sql, parameters);
    }

    public T Query<T>(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={_database};Pooling=False");
        return connection.QuerySingle<T>(sql);
    }

    public void Dispose() => _host.Dispose();
}
