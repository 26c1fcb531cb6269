using System.Diagnostics;
using Xunit;

namespace KmsGateway.Testing.Processes;

/// <summary>A server of this machine that a test starts, asks over HTTP whether it is ready, and ends.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan GracefulEnd = TimeSpan.FromSeconds(10);

    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(5) };
    private readonly Process _process;
    private readonly ProcessOutput _output = new();

    private ServerProcess(string program, string workingDirectory, IEnumerable<string> arguments)
    {
        _process = new Process
        {
            StartInfo = new ProcessStartInfo(program, arguments)
            {
                WorkingDirectory = workingDirectory,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                UseShellExecute = false,
            },
        };
        _output.Attach(_process);
    }

    /// <summary>Everything it has printed so far.</summary>
    public string Output => _output.ToString();

    public static async Task<ServerProcess> StartAsync(string program, string workingDirectory, IEnumerable<string> arguments, Uri ready)
    {
        var server = new ServerProcess(program, workingDirectory, arguments);
        try
        {
            server._process.Start();
            server._process.StandardInput.Close();
            server._process.BeginOutputReadLine();
            server._process.BeginErrorReadLine();
            await Poll.UntilAsync(() => server.AnswersAsync(ready), () => $"{program} does not answer at {ready}:\n{server.Output}");
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        if (!_process.HasExited && UnixSignal.TrySendTerminate(_process.Id))
        {
            await _process.WaitForExitAsync(CancellationToken.None).WaitAsync(GracefulEnd, TimeProvider.System, CancellationToken.None)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private async Task<bool> AnswersAsync(Uri ready)
    {
        Assert.False(_process.HasExited, $"It ended:\n{Output}");
        try
        {
            using var response = await _http.GetAsync(ready, TestContext.Current.CancellationToken);
            return response.IsSuccessStatusCode;
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }
}
