namespace KmsGateway.FakeKms;

/// <summary>The fake as a server; the program and the tests start the same one.</summary>
public static class FakeKmsApplication
{
    /// <summary>Why it does not start; null if it does.</summary>
    public static string? Refusal(string[] args)
    {
        var environment = new ConfigurationBuilder().AddEnvironmentVariables("ASPNETCORE_").AddEnvironmentVariables("DOTNET_")
            .AddCommandLine(args).Build()["environment"] ?? Environments.Production;
        return environment.Equals(Environments.Production, StringComparison.OrdinalIgnoreCase)
            ? "FAKE KMS does not start in Production: it keeps no secret safe. Set --environment Development."
            : null;
    }

    public static WebApplication Create(string[] args)
    {
        if (Refusal(args) is { } refusal)
        {
            throw new InvalidOperationException(refusal);
        }

        var builder = WebApplication.CreateSlimBuilder(args);
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddSingleton<KeyRing>();
        builder.Services.AddSingleton<FaultPlan>();
        builder.Services.AddSingleton<CallCounter>();
        builder.Services.AddSingleton<Permissions>();
        builder.Services.AddSingleton<FakeClock>();
        builder.Services.AddSingleton<KmsProtocol>();
        var application = builder.Build();
        application.MapPost("/", (HttpContext context, KmsProtocol protocol) => protocol.HandleAsync(context));
        application.MapControl();
        return application;
    }
}
