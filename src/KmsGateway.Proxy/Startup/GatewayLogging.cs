using Microsoft.Extensions.Logging.Console;

namespace KmsGateway.Proxy.Startup;

internal static class GatewayLogging
{
    // They log a failed start with its stack trace; StartupFailure says it in one line. Once started they are heard.
    private static readonly string[] SilentUntilStarted =
        ["Microsoft.Extensions.Hosting.Internal.Host", "Microsoft.AspNetCore.Server.Kestrel"];

    public static void AddGatewayLogging(this WebApplicationBuilder builder)
    {
        var started = new StartedFlag();
        builder.Services.AddSingleton(started);
        builder.Services.Configure<ConsoleLifetimeOptions>(console => console.SuppressStatusMessages = true);
        builder.Logging.AddConfiguration(builder.Configuration.GetSection("Logging"));
        builder.Logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
            console.UseUtcTimestamp = true;
            console.ColorBehavior = LoggerColorBehavior.Disabled;
        });

        // The ready line names the addresses.
        builder.Logging.AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Warning);
        foreach (var category in SilentUntilStarted)
        {
            builder.Logging.AddFilter(category, level => started.IsSet && level >= LogLevel.Warning);
        }
    }
}
