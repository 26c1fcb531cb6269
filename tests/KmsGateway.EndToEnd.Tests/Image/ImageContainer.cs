using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using KmsGateway.Testing;
using KmsGateway.Testing.Processes;
using Xunit;

namespace KmsGateway.EndToEnd.Tests.Image;

/// <summary>
/// An image that runs as the strictest of clusters would run it: its own user, no capability and none to be had, a read-only root, a volume, a
/// <c>/tmp</c> that nothing can be run from, and a network of its own. Mounts and network end with it.
/// </summary>
internal sealed class ImageContainer : IAsyncDisposable
{
    private const string Script =
        """
        set -e; root=$0 volume=$1; shift
        mount --bind "$root" "$root"
        mount -t proc proc "$root/proc"
        mount -t tmpfs -o mode=1777,noexec tmpfs "$root/tmp"
        mount -t tmpfs tmpfs "$root/dev"
        for device in null urandom; do touch "$root/dev/$device"; mount --bind "/dev/$device" "$root/dev/$device"; done
        mount --bind "$volume" "$root/var/lib/kmsgateway"
        mount -o remount,bind,ro "$root"
        ip link set lo up
        exec "$@" 2>&1
        """;

    private readonly ConcurrentQueue<string> _output = new();
    private readonly Signal _printed = new();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly string[] _environment;
    private readonly string[] _enter;
    private readonly Process _process;

    private ImageContainer(JsonNode configuration, string root, string volume, IReadOnlyDictionary<string, string> environment)
    {
        var user = configuration["User"]!.GetValue<string>();
        Volume = volume;
        _environment = [.. Texts(configuration["Env"]), .. environment.Select(variable => $"{variable.Key}={variable.Value}")];
        _enter =
        [
            "setpriv", "--no-new-privs", "unshare", "--root", root, "--wd", configuration["WorkingDir"]!.GetValue<string>(),
            "--setgid", user, "--setuid", user, "--",
        ];
        _process = new Process
        {
            StartInfo = new ProcessStartInfo(
                "env",
                [
                    "-i", .. _environment, "unshare", "--mount", "--net", "sh", "-c", Script, root, volume, .. _enter,
                    .. Texts(configuration["Entrypoint"]),
                ])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                UseShellExecute = false,
            },
        };
    }

    /// <summary>The folder that is mounted as the image's volume.</summary>
    public string Volume { get; }

    /// <summary>The root as the gateway sees it.</summary>
    public string Root => $"/proc/{ProcessId}/root";

    public string ProcessId => _process.Id.ToString(CultureInfo.InvariantCulture);

    public static async Task<ImageContainer> StartAsync(
        JsonNode configuration, string root, string volume, IReadOnlyDictionary<string, string> environment)
    {
        // A new volume has the owner that the image gives it.
        (await ProgramResult.OfAsync("cp", ["-a", $"{root}/var/lib/kmsgateway", volume], "/")).ExitedWith(0);
        var container = new ImageContainer(configuration, root, volume, environment);
        container._process.Start();
        _ = container.ReadAsync();
        try
        {
            await container._ready.Task.WaitAsync(Patience.Limit, TimeProvider.System, TestContext.Current.CancellationToken);
            return container;
        }
        catch
        {
            await container.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until the gateway has printed a text.</summary>
    public Task WaitForOutputAsync(string text) =>
        _printed.WaitUntilAsync(() => _output.Any(line => line.Contains(text, StringComparison.Ordinal)));

    /// <summary>Runs another program of the image beside the gateway.</summary>
    public Task<ProgramResult> RunAsync(params IEnumerable<string> command) => ProgramResult.OfAsync(
        "env", ["-i", .. _environment, "nsenter", "--target", ProcessId, "--mount", "--net", .. _enter, .. command], "/");

    /// <summary>Asks the gateway to end, and returns its exit code.</summary>
    public async Task<int> StopAsync()
    {
        (await ProgramResult.OfAsync("kill", ["-TERM", ProcessId], "/")).ExitedWith(0);
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience.Limit, TimeProvider.System);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        _process.Dispose();
    }

    private static IEnumerable<string> Texts(JsonNode? array) => array!.AsArray().Select(text => text!.GetValue<string>());

    private async Task ReadAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            _output.Enqueue(line);
            _printed.Raise();
            if (line.StartsWith("KmsGateway ready: ", StringComparison.Ordinal))
            {
                _ready.TrySetResult();
            }
        }

        _ready.TrySetException(new InvalidOperationException($"The gateway ended before it was ready:\n{string.Join('\n', _output)}"));
    }
}
