using System.Diagnostics;
using KmsGateway.Cli.Gateways;
using KmsGateway.Cli.Terminal;

namespace KmsGateway.Cli.Demonstration;

/// <summary>A gateway of the demonstration's own: free ports, a temporary folder, gone when the demonstration ends.</summary>
internal sealed class GatewayProcess : IAsyncDisposable
{
    private const string Project = "src/KmsGateway.Proxy";
    private const string AnyPort = "http://127.0.0.1:0";
    private const int KeptLines = 20;

    private static readonly string[] Configurations = ["debug", "release"];

    // With `dotnet run` it may have to be built first.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly TaskCompletionSource<GatewayEndpoints> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Queue<string> _output = [];
    private readonly Process _process;
    private readonly string _folder;

    private GatewayProcess(ProcessStartInfo start, string folder)
    {
        _folder = folder;
        _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        _process.OutputDataReceived += (_, line) => Take(line.Data);
        _process.ErrorDataReceived += (_, line) => Take(line.Data);
        _process.Exited += (_, _) => _ready.TrySetException(new CommandException("the gateway ended before it was ready"));
    }

    public string SinkFile => Path.Combine(_folder, "sink", "traces.jsonl");

    /// <summary>Whether the gateway's project is where a repository has it.</summary>
    public static bool CanStart(string repository) => Directory.Exists(Path.Combine(repository, Project));

    public static async Task<(GatewayProcess Process, GatewayEndpoints Endpoints)> StartAsync(
        CliEnvironment environment, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("kmsgw-demo-").FullName;
        var gateway = new GatewayProcess(StartInfo(environment.WorkingFolder, folder), folder);
        try
        {
            gateway._process.Start();
            gateway._process.BeginOutputReadLine();
            gateway._process.BeginErrorReadLine();
            return (gateway, await gateway._ready.Task.WaitAsync(Patience, environment.Time, cancellationToken));
        }
        catch (Exception error) when (error is CommandException or TimeoutException or System.ComponentModel.Win32Exception)
        {
            await gateway.DisposeAsync();
            throw new CommandException($"no gateway could be started: {error.Message}. {gateway.LastOutput()}", error);
        }
        catch (OperationCanceledException)
        {
            await gateway.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            // Its data goes with the folder: there is nothing to end in order.
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync(CancellationToken.None);
        }
        catch (InvalidOperationException)
        {
            // It never started, or has ended.
        }

        _process.Dispose();
        try
        {
            Directory.Delete(_folder, recursive: true);
        }
        catch (IOException)
        {
            // Left to the system's own cleaning: not worth failing a demonstration that worked.
        }
    }

    private static ProcessStartInfo StartInfo(string repository, string folder)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            WorkingDirectory = repository,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["ASPNETCORE_ENVIRONMENT"] = "Development" },
        };
        string[] program = FindBuilt(repository) is { } built ? [built] : ["run", "--project", Project, "--no-launch-profile", "--"];
        string[] arguments =
        [
            .. program,
            $"--Kestrel:Endpoints:OtlpGrpc:Url={AnyPort}",
            $"--Kestrel:Endpoints:OtlpHttp:Url={AnyPort}",
            $"--Kestrel:Endpoints:Management:Url={AnyPort}",
            $"--DataDirectory={folder}",
        ];
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return start;
    }

    private static string? FindBuilt(string repository) =>
        Configurations
            .Select(configuration => new FileInfo(
                Path.Combine(repository, "artifacts", "bin", "KmsGateway.Proxy", configuration, "KmsGateway.Proxy.dll")))
            .Where(file => file.Exists)
            .MaxBy(file => file.LastWriteTimeUtc)?
            .FullName;

    private void Take(string? line)
    {
        if (line is null)
        {
            return;
        }

        if (ReadyLine.TryParse(line, out var endpoints))
        {
            _ready.TrySetResult(endpoints);
        }

        lock (_output)
        {
            _output.Enqueue(line);
            if (_output.Count > KeptLines)
            {
                _output.Dequeue();
            }
        }
    }

    private string LastOutput()
    {
        lock (_output)
        {
            return _output.Count == 0 ? "It wrote nothing." : $"It wrote last: {string.Join(" | ", _output)}";
        }
    }
}
