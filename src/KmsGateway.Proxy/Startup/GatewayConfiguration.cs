namespace KmsGateway.Proxy.Startup;

/// <summary>Where the configuration comes from, and nothing else does: no appsettings.json, no ASPNETCORE_URLS.</summary>
internal static class GatewayConfiguration
{
    public const string EnvironmentPrefix = "KMSGATEWAY__";

    private const string Folder = "config";

    public static WebApplicationBuilder CreateBuilder(string[] args)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions
        {
            Args = args,
            ApplicationName = "KmsGateway.Proxy",
            EnvironmentName = EnvironmentName(args),
            ContentRootPath = Directory.GetCurrentDirectory(),
        });
        AddSources(builder.Configuration, builder.Environment.EnvironmentName, args);
        return builder;
    }

    // From the weakest to the strongest.
    private static void AddSources(ConfigurationManager configuration, string environment, string[] args)
    {
        configuration.Sources.Clear();
        AddFile(configuration, "kmsgateway.json");
        AddFile(configuration, $"kmsgateway.{environment}.json");
        configuration.AddEnvironmentVariables(EnvironmentPrefix);
        configuration.AddCommandLine(args);
    }

    // Watching a file of a folder that is not there would watch the nearest folder that is, with everything below it.
    private static void AddFile(ConfigurationManager configuration, string name)
    {
        var folder = Path.GetFullPath(Folder);
        if (Directory.Exists(folder))
        {
            configuration.AddJsonFile(Path.Combine(folder, name), optional: true, reloadOnChange: true);
        }
    }

    private static string EnvironmentName(string[] args) =>
        new ConfigurationBuilder().AddCommandLine(args).Build()["environment"]
        ?? Environment.GetEnvironmentVariable("ASPNETCORE_ENVIRONMENT")
        ?? Environment.GetEnvironmentVariable("DOTNET_ENVIRONMENT")
        ?? Environments.Production;
}
