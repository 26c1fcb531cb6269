using Microsoft.Extensions.Logging.Console;

namespace KmsGateway.Proxy.Startup;

internal static class GatewayLogging
{
    // They log a failed start with its stack trace; StartupFailure says it in one line. Once started they are heard.
    private static readonly string[] SilentUntilStarted =
        ["Microsoft.Extensions.Hosting.Internal.Host", "Microsoft.AspNetCore.Server.Kestrel"];

    private const string Timestamp = "yyyy-MM-ddTHH:mm:ss.fffZ";

    public static void AddGatewayLogging(this WebApplicationBuilder builder)
    {
        var started = new StartedFlag();
        builder.Services.AddSingleton(started);
        builder.Services.Configure<ConsoleLifetimeOptions>(console => console.SuppressStatusMessages = true);
        builder.Logging.AddConfiguration(builder.Configuration.GetSection("Logging"));
        builder.AddConsole();

        // The ready line names the addresses.
        builder.Logging.AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Warning);
        foreach (var category in SilentUntilStarted)
        {
            builder.Logging.AddFilter(category, level => started.IsSet && level >= LogLevel.Warning);
        }
    }

    // Lines for people where people look, and one JSON object for each event, with its values by name, for what collects logs.
    private static void AddConsole(this WebApplicationBuilder builder)
    {
        builder.Logging
            .AddSimpleConsole(console =>
            {
                console.SingleLine = true;
                console.TimestampFormat = Timestamp + " ";
                console.UseUtcTimestamp = true;
                console.ColorBehavior = LoggerColorBehavior.Disabled;
            })
            .AddJsonConsole(console =>
            {
                console.TimestampFormat = Timestamp;
                console.UseUtcTimestamp = true;
            });
        var formatter = builder.Configuration["Logging:Console:FormatterName"];
        var ofEnvironment = builder.Environment.IsDevelopment() ? ConsoleFormatterNames.Simple : ConsoleFormatterNames.Json;
        builder.Services.PostConfigure<ConsoleLoggerOptions>(console =>
            console.FormatterName = string.IsNullOrEmpty(formatter) ? ofEnvironment : formatter);
    }
}
