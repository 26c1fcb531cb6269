using System.Text.Json.Nodes;
using KmsGateway.Testing;
using KmsGateway.Testing.Processes;

namespace KmsGateway.EndToEnd.Tests.Image;

/// <summary>The image of the repository's Dockerfile, built for the first test that asks for it.</summary>
public sealed class BuiltImage : IDisposable
{
    private const string Name = "kmsgateway:test";

    // Both programs are compiled and one is linked anew, on a machine that has other tests to run.
    private static readonly TimeSpan BuildLimit = TimeSpan.FromMinutes(10);

    private readonly TemporaryFolder _folder = new();
    private Task<JsonNode>? _build;

    /// <summary>What the image says of itself: user, ports, environment, commands.</summary>
    public Task<JsonNode> ConfigurationAsync() => _build ??= BuildAsync();

    internal async Task<ImageContainer> StartAsync(IReadOnlyDictionary<string, string> environment)
    {
        var configuration = await ConfigurationAsync();
        var container = (await BuildahAsync("from", "--pull=never", Name)).Trim();
        var root = (await BuildahAsync("mount", container)).Trim();
        return await ImageContainer.StartAsync(configuration, root, _folder[container], environment);
    }

    public void Dispose() => _folder.Dispose();

    private async Task<JsonNode> BuildAsync()
    {
        Requires.That(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "Only root may chroot, on Linux.");
        Requires.Program("buildah");
        Requires.Program("ip");
        var build = await ProgramResult.OfAsync(
            "bash", ["deploy/image/build-from-scratch.sh", Name, _folder.Path], RepositoryLayout.Root, limit: BuildLimit);
        build.ExitedWith(0);
        var description = JsonNode.Parse(await BuildahAsync("inspect", "--type", "image", Name));
        return description!["Docker"]!["config"]!;
    }

    private async Task<string> BuildahAsync(params string[] arguments)
    {
        string[] storage = ["--root", _folder["root"], "--runroot", _folder["run"], "--storage-driver", "vfs"];
        return (await ProgramResult.OfAsync("buildah", [.. storage, .. arguments], _folder.Path)).ExitedWith(0).Output;
    }
}
