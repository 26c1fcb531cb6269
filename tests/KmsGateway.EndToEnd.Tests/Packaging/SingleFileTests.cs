using System.Runtime.InteropServices;
using KmsGateway.EndToEnd.Tests.Evidence;
using KmsGateway.Testing;
using KmsGateway.Testing.Processes;
using Xunit;

namespace KmsGateway.EndToEnd.Tests.Packaging;

/// <summary><c>kmsgw</c> as an auditor gets it: one file, on a machine without .NET.</summary>
public sealed class SingleFileTests(SignedLine signed)
{
    // Compiled and linked anew, on a machine that has other tests to run.
    private static readonly TimeSpan PublishLimit = TimeSpan.FromMinutes(10);

    [Fact]
    public async Task Verify_OnAMachineWithoutDotNet_TellsSignedFromAltered()
    {
        Requires.That(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "Only root may chroot, on Linux.");
        using var folder = new TemporaryFolder();
        var published = await PublishAsync(folder);
        var root = new EmptyRoot(Directory.CreateDirectory(folder["root"]).FullName);
        await root.AddAsync(published, "/kmsgw");
        await root.AddLibrariesAsync("libssl.so", "libcrypto.so");
        File.Copy(await signed.WriteAsync(_ => { }), folder["root", "signed.jsonl"]);
        File.Copy(signed.TrustFile, folder["root", "trust.json"]);
        File.Copy(await signed.WriteAsync(request => request.Span["name"] = "payment.approvE"), folder["root", "altered.jsonl"]);

        var verified = await root.RunAsync("/kmsgw", "verify", "/signed.jsonl", "--trust", "/trust.json");
        var altered = await root.RunAsync("/kmsgw", "verify", "/altered.jsonl", "--trust", "/trust.json");

        verified.ExitedWith(0);
        altered.ExitedWith(1);
        Assert.Contains("altered:core", altered.Output, StringComparison.Ordinal);
    }

    /// <summary>In a folder of its own: the build whose tests run stays as it is.</summary>
    private static async Task<string> PublishAsync(TemporaryFolder folder)
    {
        var system = $"linux-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}";
        var publish = await ProgramResult.OfAsync(
            Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
            [
                "publish", "src/KmsGateway.Cli", "-c", "Release", "-r", system, "-o", folder["out"], "--artifacts-path", folder["build"],
                "-p:RestoreLockedMode=true", "--disable-build-servers",

                // Analyzers had their say when the repository was built, and what is known of packages was asked for when it was restored:
                // a list that is not to be had now would be a warning. What trimming has to say comes from the linker, which runs here.
                "-p:RunAnalyzers=false", "-p:NuGetAudit=false",
            ],
            RepositoryLayout.Root,
            limit: PublishLimit);
        Assert.DoesNotContain("warning", publish.ExitedWith(0).Output, StringComparison.OrdinalIgnoreCase);
        return Assert.Single(Directory.GetFileSystemEntries(folder["out"]));
    }
}
