using System.CommandLine;

namespace KmsGateway.Cli.Gateways;

/// <summary>The options of commands that operate a gateway.</summary>
internal sealed class AdminOptions
{
    public Option<string?> Gateway { get; } = new EndpointOptions().Gateway;

    /// <summary>A file, as arguments stand in lists of processes and in histories of shells.</summary>
    public Option<string?> TokenFile { get; } = new("--token-file")
    {
        Description = $"A file with the admin token (default: the environment variable {AdminClient.TokenVariable})",
        HelpName = "FILE",
    };
}
