using System.Diagnostics;
using Xunit;

namespace KmsGateway.Testing.Processes;

/// <summary>A server of this machine that a test starts in a folder of its own, asks over HTTP whether it is ready, and ends.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan GracefulEnd = TimeSpan.FromSeconds(10);

    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(5) };
    private readonly TemporaryFolder _folder;
    private readonly Process _process;
    private readonly ProcessOutput _output = new();
    private bool _isStarted;

    private ServerProcess(string program, TemporaryFolder folder, IEnumerable<string> arguments)
    {
        _folder = folder;
        _process = new Process
        {
            StartInfo = new ProcessStartInfo(program, arguments)
            {
                WorkingDirectory = folder.Path,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                UseShellExecute = false,
            },
        };
        _output.Attach(_process);
    }

    /// <summary>Where it runs; gone with it.</summary>
    public TemporaryFolder Folder => _folder;

    /// <summary>Everything it has printed so far.</summary>
    public string Output => _output.ToString();

    private bool IsRunning => _isStarted && !_process.HasExited;

    /// <param name="files">What its folder holds when it starts, by name.</param>
    /// <param name="arguments">They find the files by their names.</param>
    public static async Task<ServerProcess> StartAsync(
        string program, IReadOnlyDictionary<string, string> files, IEnumerable<string> arguments, Uri ready)
    {
        var server = new ServerProcess(program, new TemporaryFolder(), arguments);
        try
        {
            foreach (var (name, text) in files)
            {
                await File.WriteAllTextAsync(server._folder[name], text, TestContext.Current.CancellationToken);
            }

            server._isStarted = server._process.Start();
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
        if (IsRunning && UnixSignal.TrySendTerminate(_process.Id))
        {
            await _process.WaitForExitAsync(CancellationToken.None).WaitAsync(GracefulEnd, TimeProvider.System, CancellationToken.None)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (IsRunning)
        {
            _process.Kill();
        }

        _process.Dispose();
        _folder.Dispose();
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
