using System.Diagnostics;
using System.Text.RegularExpressions;
using Xunit;

namespace KmsGateway.Testing.Processes;

/// <summary>The real gateway, built as it ships, in a process of its own on free ports of 127.0.0.1.</summary>
public sealed partial class GatewayProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly ProcessOutput _output = new();
    private readonly TaskCompletionSource<Match> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private GatewayProcess(GatewayProcessOptions options)
    {
        DataDirectory = options.DataDirectory;
        _process = new Process { StartInfo = StartInfo(options, DataDirectory), EnableRaisingEvents = true };
        _output.Attach(_process);
        _process.OutputDataReceived += (_, line) =>
        {
            if (line.Data is { } text && ReadyLine().Match(text) is { Success: true } match)
            {
                _ready.TrySetResult(match);
            }
        };
    }

    public Uri OtlpGrpc { get; private set; } = null!;

    public Uri OtlpHttp { get; private set; } = null!;

    public Uri Management { get; private set; } = null!;

    public string DataDirectory { get; }

    /// <summary>Where the embedded sink writes the traces it is given.</summary>
    public string SinkFile => Path.Combine(DataDirectory, "sink", "traces.jsonl");

    public int Id => _process.Id;

    /// <summary>Everything the gateway has printed so far.</summary>
    public string Output => _output.ToString();

    /// <summary>Waits until the gateway has printed a text.</summary>
    public Task WaitForOutputAsync(string text) => _output.WaitForAsync(text);

    /// <summary>Starts the gateway and waits until it says it is ready. Fails the test, with its output, if it does not.</summary>
    public static async Task<GatewayProcess> StartAsync(GatewayProcessOptions options)
    {
        var gateway = new GatewayProcess(options);
        try
        {
            await gateway.WaitUntilReadyAsync(TestContext.Current.CancellationToken);
            return gateway;
        }
        catch
        {
            await gateway.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts the gateway where it is expected to refuse to, and waits for its end.</summary>
    public static async Task<ProgramResult> RunToExitAsync(GatewayProcessOptions options)
    {
        var start = StartInfo(options, options.DataDirectory);
        return await ProgramResult.OfAsync(start, input: null);
    }

    /// <summary>Asks the gateway to end as an orchestrator does, and returns its exit code.</summary>
    public async Task<int> StopAsync()
    {
        if (!_process.HasExited && !UnixSignal.TrySendTerminate(_process.Id))
        {
            _process.Kill();
        }

        using var patience = new CancellationTokenSource(Patience.Limit);
        await _process.WaitForExitAsync(patience.Token);
        return _process.ExitCode;
    }

    /// <summary>Ends the gateway as a crash does.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await StopAsync();
        }
        catch (OperationCanceledException)
        {
            await KillAsync();
        }
        finally
        {
            _process.Dispose();
        }
    }

    private static ProcessStartInfo StartInfo(GatewayProcessOptions options, string dataDirectory)
    {
        List<string> arguments =
        [
            "--Kestrel:Endpoints:OtlpGrpc:Url=http://127.0.0.1:0",
            "--Kestrel:Endpoints:OtlpHttp:Url=http://127.0.0.1:0",
            "--Kestrel:Endpoints:Management:Url=http://127.0.0.1:0",
            $"--DataDirectory={dataDirectory}",
        ];
        AddUpstream(arguments, "otlp-http", options.HttpUpstream);
        AddUpstream(arguments, "otlp-grpc", options.GrpcUpstream);
        arguments.AddRange(options.Arguments);

        var program = RepositoryLayout.Program("KmsGateway.Proxy", "KmsGateway.Proxy.dll");
        var start = DotNetProgram.StartInfo(program, arguments, options.WorkingDirectory);
        start.Environment["ASPNETCORE_ENVIRONMENT"] = options.EnvironmentName;
        start.Environment["DOTNET_ENVIRONMENT"] = options.EnvironmentName;
        foreach (var (name, value) in options.EnvironmentVariables)
        {
            start.Environment[name] = value;
        }

        return start;
    }

    private static void AddUpstream(List<string> arguments, string cluster, Uri? address)
    {
        if (address is not null)
        {
            arguments.Add($"--ReverseProxy:Clusters:{cluster}:Destinations:d1:Address={address}");
        }
    }

    private async Task WaitUntilReadyAsync(CancellationToken cancellationToken)
    {
        _process.Start();
        _process.StandardInput.Close();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience.Limit);
        try
        {
            // The exit also waits for the last line: a gateway that printed it and ended is not ready, but says why.
            var exit = _process.WaitForExitAsync(patience.Token);
            if (await Task.WhenAny(_ready.Task, exit) == exit)
            {
                await exit;
                Assert.Fail($"The gateway ended with exit code {_process.ExitCode} before it was ready:\n{_output}");
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            Assert.Fail($"The gateway was not ready within {Patience.Limit}:\n{_output}");
        }

        var ready = await _ready.Task;
        OtlpGrpc = new Uri(ready.Groups["grpc"].Value);
        OtlpHttp = new Uri(ready.Groups["http"].Value);
        Management = new Uri(ready.Groups["management"].Value);
    }

    [GeneratedRegex(
        @"KmsGateway ready: OTLP/gRPC (?<grpc>\S+), OTLP/HTTP (?<http>\S+), management (?<management>\S+)",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1_000)]
    private static partial Regex ReadyLine();
}
