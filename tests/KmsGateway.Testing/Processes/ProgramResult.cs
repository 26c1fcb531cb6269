using System.Diagnostics;
using Xunit;

namespace KmsGateway.Testing.Processes;

/// <summary>What a program left behind when it ended.</summary>
public sealed record ProgramResult(int ExitCode, string Output, string Error)
{
    /// <summary>Fails the test, with all the program printed, if it ended otherwise.</summary>
    public ProgramResult ExitedWith(int expected)
    {
        Assert.True(ExitCode == expected, $"Exit code {ExitCode} instead of {expected}.\n{this}");
        return this;
    }

    public override string ToString() => $"exit code {ExitCode}\n--- output\n{Output}\n--- error\n{Error}";

    /// <summary>Runs a program of this machine to its end.</summary>
    public static Task<ProgramResult> OfAsync(
        string program, IEnumerable<string> arguments, string workingFolder, string? input = null, TimeSpan? limit = null) =>
        OfAsync(
            new ProcessStartInfo(program, arguments)
            {
                WorkingDirectory = workingFolder,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                UseShellExecute = false,
            },
            input,
            limit);

    internal static async Task<ProgramResult> OfAsync(ProcessStartInfo start, string? input, TimeSpan? limit = null)
    {
        using var process = new Process { StartInfo = start };
        process.Start();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(limit ?? Patience.Limit);
        try
        {
            // Read both while it writes: a full pipe would stop it.
            var output = process.StandardOutput.ReadToEndAsync(patience.Token);
            var error = process.StandardError.ReadToEndAsync(patience.Token);
            await WriteInputAsync(process, input, patience.Token);
            await process.WaitForExitAsync(patience.Token);
            return new ProgramResult(process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    private static async Task WriteInputAsync(Process process, string? input, CancellationToken cancellationToken)
    {
        try
        {
            await process.StandardInput.WriteAsync(input.AsMemory(), cancellationToken);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended without reading: its exit code says more than this does.
        }
    }
}
