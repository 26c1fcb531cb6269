using KmsGateway.EndToEnd.Tests.Keys;
using KmsGateway.Testing;
using Xunit;

namespace KmsGateway.EndToEnd.Tests.Drills;

/// <summary>What a runbook's commands find: where everything is, a token, and <c>kmsgw</c> in PATH.</summary>
internal static class RunbookTools
{
    private const UnixFileMode Executable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    public static async Task<IReadOnlyDictionary<string, string>> CreateAsync(DrillGround ground, Monitoring monitoring)
    {
        var folder = ground.Installation.Folder["bin"];
        Directory.CreateDirectory(folder);
        var program = RepositoryLayout.Program("KmsGateway.Cli", "kmsgw.dll");
        var host = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        var script = Path.Combine(folder, "kmsgw");
        await File.WriteAllTextAsync(script, $"#!/bin/sh\nexec '{host}' '{program}' \"$@\"\n", TestContext.Current.CancellationToken);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(script, Executable);
        }

        return new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["GATEWAY"] = Plain(ground.Gateway.Management),
            ["KMSGW_GATEWAY"] = Plain(ground.Gateway.Management),
            ["KMSGW_TOKEN"] = KeysInstallation.Token,
            ["PROMETHEUS"] = Plain(monitoring.Prometheus.Address),
            ["ALERTMANAGER"] = Plain(monitoring.Alertmanager.Address),
            ["CONFIG"] = ground.Configuration,
            ["PATH"] = $"{folder}{Path.PathSeparator}{Environment.GetEnvironmentVariable("PATH")}",
        };
    }

    // Commands append a path to it.
    private static string Plain(Uri address) => address.GetLeftPart(UriPartial.Authority);
}
