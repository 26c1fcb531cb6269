using System.Diagnostics;

namespace KmsGateway.Testing.Processes;

/// <summary>How a built program is started: with nothing of the settings this machine's user may have.</summary>
internal static class DotNetProgram
{
    private static readonly string[] Settings =
        ["KMSGATEWAY", "ASPNETCORE_", "DOTNET_ENVIRONMENT", "OTEL_", "AWS_", "Kestrel__", "ReverseProxy__"];

    public static ProcessStartInfo StartInfo(string program, IEnumerable<string> arguments, string workingFolder)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [program, .. arguments])
        {
            WorkingDirectory = workingFolder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var name in start.Environment.Keys.Where(IsSetting).ToArray())
        {
            start.Environment.Remove(name);
        }

        return start;
    }

    private static bool IsSetting(string name) => Settings.Any(setting => name.StartsWith(setting, StringComparison.OrdinalIgnoreCase));
}
