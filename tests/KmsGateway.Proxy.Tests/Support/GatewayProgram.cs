using System.Diagnostics;
using KmsGateway.Testing;

namespace KmsGateway.Proxy.Tests.Support;

/// <summary>The gateway as a program, in a working directory of its own.</summary>
internal static class GatewayProgram
{
    public static Process Start(TemporaryFolder folder, IEnumerable<string> arguments, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "KmsGateway.Proxy.dll"), .. arguments])
        {
            WorkingDirectory = folder.Path,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    /// <summary>Runs a start that must fail and returns what it says on stderr.</summary>
    public static async Task<string[]> FailAsync(TemporaryFolder folder, params string[] arguments)
    {
        using var program = Start(folder, arguments);
        using var limit = new CancellationTokenSource(TestTime.Limit);
        var output = program.StandardOutput.ReadToEndAsync(limit.Token);
        var error = await program.StandardError.ReadToEndAsync(limit.Token);
        await program.WaitForExitAsync(limit.Token);

        Assert.Equal(1, program.ExitCode);
        Assert.DoesNotContain("   at ", error + await output, StringComparison.Ordinal);
        return error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    public static async Task<string> ReadyLineAsync(Process program)
    {
        using var limit = new CancellationTokenSource(TestTime.Limit);
        while (await program.StandardOutput.ReadLineAsync(limit.Token) is { } line)
        {
            if (line.StartsWith("KmsGateway ready: ", StringComparison.Ordinal))
            {
                return line;
            }
        }

        throw new InvalidOperationException($"it did not start: {await program.StandardError.ReadToEndAsync(limit.Token)}");
    }
}
