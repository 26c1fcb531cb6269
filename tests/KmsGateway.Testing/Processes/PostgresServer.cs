using System.Diagnostics;
using Xunit;

namespace KmsGateway.Testing.Processes;

/// <summary>A real PostgreSQL on a port of its own, started for the first test that asks for it. Each test takes a database of its own.</summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private const string User = "postgres";

    private static readonly string[] Folders = Directory.Exists("/usr/lib/postgresql")
        ? [.. Directory.GetDirectories("/usr/lib/postgresql").Order(StringComparer.Ordinal).Reverse().Select(folder => Path.Combine(folder, "bin"))]
        : [];

    private readonly SemaphoreSlim _starting = new(1, 1);
    private readonly TemporaryFolder _folder = new();
    private int _port;
    private Process? _process;

    /// <summary>The connection string of a new, empty database.</summary>
    public async Task<string> NewDatabaseAsync()
    {
        await StartAsync();
        var name = $"test_{Guid.NewGuid():N}";
        await RunAsync("psql", ["-h", "127.0.0.1", "-p", $"{_port}", "-U", User, "-d", "postgres", "-c", $"CREATE DATABASE {name}"]);
        return $"Host=127.0.0.1;Port={_port};Username={User};Database={name}";
    }

    /// <summary>Ends the server as a crash does; <see cref="NewDatabaseAsync"/> or <see cref="StartAsync"/> start it again on the same data.</summary>
    public async Task CrashAsync()
    {
        if (_process is { } process)
        {
            _process = null;
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
            process.Dispose();
        }
    }

    public async Task StartAsync()
    {
        await _starting.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            if (_process is not null)
            {
                return;
            }

            if (!Directory.Exists(_folder["data"]))
            {
                await CreateAsync();

                // Taken no earlier than it is used, and kept: clients of a server that crashed try again there.
                _port = FixedPort.Take();
            }

            // What the disk keeps of a test server, nobody asks.
            var start = StartInfo(
                "postgres",
                [
                    "-D", _folder["data"], "-p", $"{_port}", "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "fsync=off",
                    "-c", "max_connections=200",
                ]);
            _process = new Process { StartInfo = start };
            var output = new ProcessOutput();
            output.Attach(_process);
            _process.Start();
            _process.BeginOutputReadLine();
            _process.BeginErrorReadLine();
            await output.WaitForAsync("database system is ready to accept connections");
        }
        finally
        {
            _starting.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await CrashAsync();
        _starting.Dispose();
        _folder.Dispose();
    }

    private async Task CreateAsync()
    {
        Requires.That(Find("initdb") is not null && Find("psql") is not null, "PostgreSQL (initdb, postgres, psql) is neither in PATH nor in /usr/lib/postgresql.");
        if (Environment.IsPrivilegedProcess)
        {
            // It refuses to run as root.
            Directory.CreateDirectory(_folder["data"]);
            await RunAsync("chown", ["-R", User, _folder.Path], asUser: false);
        }

        await RunAsync("initdb", ["-D", _folder["data"], "-U", User, "-A", "trust", "-E", "UTF8", "--no-sync"]);
    }

    private static async Task RunAsync(string program, IReadOnlyList<string> arguments, bool asUser = true)
    {
        using var process = new Process { StartInfo = StartInfo(program, arguments, asUser) };
        var output = new ProcessOutput();
        output.Attach(process);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        using var patience = new CancellationTokenSource(Patience.Limit);
        await process.WaitForExitAsync(patience.Token);
        Assert.True(process.ExitCode == 0, $"{program} ended with {process.ExitCode}:\n{output}");
    }

    private static ProcessStartInfo StartInfo(string program, IReadOnlyList<string> arguments, bool asUser = true)
    {
        var path = Find(program) ?? program;
        var change = asUser && Environment.IsPrivilegedProcess;
        return new ProcessStartInfo(
            change ? "setpriv" : path,
            change ? ["--reuid", User, "--regid", User, "--clear-groups", path, .. arguments] : arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = "/",
        };
    }

    // Debian keeps all but psql out of PATH.
    private static string? Find(string program) =>
        Folders.Concat((Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
            .Select(folder => Path.Combine(folder, program))
            .FirstOrDefault(File.Exists);
}
