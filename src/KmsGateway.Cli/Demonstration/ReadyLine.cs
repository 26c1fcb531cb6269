using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using KmsGateway.Cli.Gateways;

namespace KmsGateway.Cli.Demonstration;

/// <summary>The line by which a gateway says where it listens.</summary>
internal static partial class ReadyLine
{
    public static bool TryParse(string line, [NotNullWhen(true)] out GatewayEndpoints? endpoints)
    {
        var match = Pattern().Match(line);
        endpoints = match.Success
            ? new GatewayEndpoints(
                new Uri(match.Groups["grpc"].Value), new Uri(match.Groups["http"].Value), new Uri(match.Groups["management"].Value))
            : null;
        return match.Success;
    }

    [GeneratedRegex(
        @"^KmsGateway ready: OTLP/gRPC (?<grpc>https?://[^\s,]+), OTLP/HTTP (?<http>https?://[^\s,]+), "
        + @"management (?<management>https?://[^\s,]+)$",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Pattern();
}
