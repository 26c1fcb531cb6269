using KmsGateway.Keys.Administration;
using KmsGateway.Keys.Clocks;
using KmsGateway.Keys.Instruments;
using KmsGateway.Keys.Options;
using KmsGateway.Keys.Probing;
using KmsGateway.Keys.Providers;
using KmsGateway.Keys.Providers.Aws;
using KmsGateway.Keys.Providers.Local;
using KmsGateway.Keys.Recovery;
using KmsGateway.Keys.Resilience;
using KmsGateway.Keys.Retrieval;
using KmsGateway.Keys.Rotation;
using KmsGateway.Keys.Stores;
using KmsGateway.Keys.Stores.Postgres;
using KmsGateway.Keys.Stores.Sql;
using KmsGateway.Keys.Stores.Sqlite;
using KmsGateway.Keys.Telemetry;
using KmsGateway.Keys.Trust;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace KmsGateway.Keys;

public static class KeysServiceCollectionExtensions
{
    /// <summary>
    /// Adds <see cref="TenantKeys"/>, <see cref="TrustPublisher"/>, <see cref="PolicyArchive"/> and <see cref="KmsProbe"/>. By the time
    /// a server takes requests the keys of all configured tenants exist; a host that cannot get so far does not start
    /// (<see cref="KeyStartException"/>, <see cref="OptionsValidationException"/>).
    /// </summary>
    public static IServiceCollection AddTenantKeys(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddKeyOptions(configuration);
        services.AddPorts(configuration["Kms:Provider"], configuration["KeyStore:Provider"]);
        services.AddInstruments();
        services.AddTrust();
        services.AddRetrieval();

        // First, so that everything below starts with keys.
        services.AddRotation();
        services.AddSingleton<KeysGauges>();
        services.AddSingleton<RotationGauges>();
        services.AddHostedService<MetricsStart>();
        services.AddKeyAdministration();
        services.AddHostedService<KeyBootstrap>();
        services.AddSingleton<ActiveKeyRefresh>();
        services.AddHostedService(provider => provider.GetRequiredService<ActiveKeyRefresh>());
        services.AddHostedService(provider => ActivatorUtilities.CreateInstance<RefreshAhead<CachedSigningKey>>(
            provider, provider.GetRequiredService<SigningKeyRetriever>()));
        services.AddHostedService(provider => ActivatorUtilities.CreateInstance<RefreshAhead<CachedSeed>>(
            provider, provider.GetRequiredService<SeedRetriever>()));
        services.AddHostedService<CacheReload>();
        services.AddHostedService(provider => provider.GetRequiredService<TrustRenewal>());
        services.AddHostedService<KeyRotator>();
        services.AddHostedService(provider => provider.GetRequiredService<KmsProbe>());
        return services;
    }

    private static void AddKeyOptions(this IServiceCollection services, IConfiguration configuration)
    {
        var dataDirectory = configuration["DataDirectory"] is { Length: > 0 } directory ? directory : "data";

        services.AddOptions<KmsOptions>().Bind(configuration.GetSection(KmsOptions.Section)).ValidateOnStart();
        services.PostConfigure<KmsOptions>(options =>
            options.Local.MasterKeyFile = OrDefault(options.Local.MasterKeyFile, Path.Combine(dataDirectory, "kms", "master.key")));
        services.AddSingleton<IValidateOptions<KmsOptions>, KmsOptionsValidator>();

        services.AddOptions<KeyStoreOptions>().Bind(configuration.GetSection(KeyStoreOptions.Section)).ValidateOnStart();
        services.PostConfigure<KeyStoreOptions>(options => options.ConnectionString = options.Provider != KeyStoreOptions.SqliteProvider
            ? options.ConnectionString
            : OrDefault(options.ConnectionString, SqliteFile(Path.Combine(dataDirectory, "kmsgateway.db"))));
        services.AddSingleton<IValidateOptions<KeyStoreOptions>, KeyStoreOptionsValidator>();

        services.AddOptions<CacheOptions>().Bind(configuration.GetSection(CacheOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<CacheOptions>, CacheOptionsValidator>();

        services.AddOptions<RotationOptions>().Bind(configuration.GetSection(RotationOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<RotationOptions>, RotationOptionsValidator>();

        services.AddOptions<SigningKeyOptions>().Bind(configuration.GetSection(SigningKeyOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<SigningKeyOptions>, SigningKeyOptionsValidator>();

        services.AddOptions<TenantLabelOptions>().Bind(configuration.GetSection(TenantLabelOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<TenantLabelOptions>, TenantLabelOptionsValidator>();

        services.AddOptions<TenantListOptions>().Bind(configuration.GetSection(TenantListOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<TenantListOptions>, TenantListOptionsValidator>();
    }

    private static void AddPorts(this IServiceCollection services, string? provider, string? store)
    {
        if (provider == KmsOptions.AwsProvider)
        {
            services.AddAwsKms();
        }

        services.TryAddSingleton<IKmsProvider, LocalKmsProvider>();
        services.AddSingleton<ResilientKms>();
        if (store == KeyStoreOptions.PostgresProvider)
        {
            services.AddSingleton<ISqlEngine, PostgresEngine>();
        }

        services.TryAddSingleton<ISqlEngine, SqliteEngine>();
        services.TryAddSingleton<IKeyStore, SqlKeyStore>();
    }

    private static void AddInstruments(this IServiceCollection services)
    {
        services.AddSingleton<TenantLabels>();
        services.AddSingleton<KeysMeter>();
        services.AddSingleton<KmsCalls>();
        services.AddSingleton<KeyRetrievals>();
        services.AddSingleton<KeyRotations>();
    }

    private static void AddTrust(this IServiceCollection services)
    {
        services.AddSingleton(provider => new PolicyArchive(
            provider.GetRequiredService<IKeyStore>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<TrustRoot>();
        services.AddSingleton<TrustLog>();
        services.AddSingleton<TrustWriter>();
        services.AddSingleton<TrustRenewal>();
        services.AddSingleton(provider => new TrustPublisher(
            provider.GetRequiredService<TrustLog>(),
            provider.GetRequiredService<TrustRoot>(),
            provider.GetRequiredService<IKeyStore>(),
            provider.GetRequiredService<IOptions<RotationOptions>>().Value.Enabled,
            provider.GetRequiredService<KeyRetrievals>(),
            provider.GetRequiredService<TimeProvider>()));
    }

    private static void AddRetrieval(this IServiceCollection services)
    {
        services.AddSingleton<ActiveKeys>();
        services.AddSingleton<LiveKeys<CachedSigningKey>>();
        services.AddSingleton<LiveKeys<CachedSeed>>();
        services.AddSingleton<RefusedKeys>();
        services.AddSingleton(provider => NewCache<CachedSigningKey>(
            provider, KeyKind.Signing, options => (options.SigningKeys, options.SigningKeyLifetime)));
        services.AddSingleton(provider => NewCache<CachedSeed>(
            provider, KeyKind.Encryption, options => (options.EncryptionKeys, options.EncryptionKeyLifetime)));
        services.AddSingleton<SigningKeyRetriever>();
        services.AddSingleton<SeedRetriever>();
        services.AddSingleton<WarmUp>();
        services.AddSingleton(provider => new TenantKeys(
            provider.GetRequiredService<ActiveKeys>(),
            provider.GetRequiredService<KeyCache<CachedSigningKey>>(),
            provider.GetRequiredService<SigningKeyRetriever>(),
            provider.GetRequiredService<KeyCache<CachedSeed>>(),
            provider.GetRequiredService<SeedRetriever>(),
            provider.GetRequiredService<KeyRetrievals>()));
        services.AddSingleton<ClockSkew>();
        services.AddSingleton<Canary>();
        services.AddSingleton(provider => new KmsProbe(
            provider.GetRequiredService<Canary>(),
            provider.GetRequiredService<ResilientKms>(),
            provider.GetRequiredService<WarmUp>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<KmsProbe>>()));
    }

    private static void AddRotation(this IServiceCollection services)
    {
        services.AddSingleton<StoreRestore>();
        services.AddSingleton(provider => new ConfiguredTenants(
            provider.GetRequiredService<IConfiguration>(), provider.GetRequiredService<IOptions<TenantListOptions>>()));
        services.AddSingleton(_ => new EncryptingTenants());
        services.AddSingleton(provider => new RotationSchedule(provider.GetRequiredService<IOptions<RotationOptions>>().Value.Period));
        services.AddSingleton<KeyMaker>();
        services.AddSingleton<KeyTester>();
        services.AddSingleton<KeyRotation>();
    }

    private static KeyCache<T> NewCache<T>(IServiceProvider provider, string kind, Func<CacheOptions, (int Capacity, TimeSpan Lifetime)> choose)
        where T : CachedSecret
    {
        var (capacity, lifetime) = choose(provider.GetRequiredService<IOptions<CacheOptions>>().Value);
        var callerWait = provider.GetRequiredService<IOptions<KmsOptions>>().Value.CallerWait;
        return new KeyCache<T>(kind, capacity, lifetime, callerWait, provider.GetRequiredService<TimeProvider>());
    }

    private static string OrDefault(string value, string otherwise) => string.IsNullOrWhiteSpace(value) ? otherwise : value;

    private static string SqliteFile(string path) => new SqliteConnectionStringBuilder { DataSource = path }.ToString();
}
