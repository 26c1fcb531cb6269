using System.Globalization;
using KmsGateway.Testing;
using KmsGateway.Testing.Processes;

namespace KmsGateway.EndToEnd.Tests.Senders;

/// <summary>The OpenTelemetry SDK for JavaScript with its own exporters, in a process of Node.js.</summary>
internal static class NodeExporter
{
    private const string Folder = "tests/KmsGateway.EndToEnd.Tests/exporters";

    /// <summary>Skips the test where Node.js or the packages are missing. Returns the program and its folder.</summary>
    public static (string Node, string Folder) Require() => (Requires.Node(), Requires.NodeModules(Folder));

    /// <summary>Sends the spans; fails the test if the exporter did not get them delivered.</summary>
    /// <param name="exporter"><c>proto</c>, <c>http</c> (which sends JSON) or <c>grpc</c>.</param>
    /// <param name="compression"><c>none</c> or <c>gzip</c>.</param>
    /// <param name="ordinary">At least one: the parent of the others.</param>
    public static async Task SendAsync(string exporter, Uri otlpHttp, Uri otlpGrpc, string compression, int compliance, int ordinary)
    {
        var (node, folder) = Require();
        var url = exporter == "grpc" ? otlpGrpc : new Uri(otlpHttp, "/v1/traces");
        string[] arguments =
        [
            "send.mjs",
            "--exporter", exporter,
            "--url", url.ToString(),
            "--compression", compression,
            "--compliance", compliance.ToString(CultureInfo.InvariantCulture),
            "--ordinary", ordinary.ToString(CultureInfo.InvariantCulture),
        ];
        var result = await ProgramResult.OfAsync(node, arguments, folder);
        result.ExitedWith(0);
    }
}
