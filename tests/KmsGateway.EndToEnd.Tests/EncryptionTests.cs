using System.Text;
using Google.Protobuf;
using KmsGateway.EndToEnd.Tests.Evidence;
using KmsGateway.EndToEnd.Tests.Senders;
using KmsGateway.Testing;
using KmsGateway.Testing.Clients;
using KmsGateway.Testing.Collector;
using KmsGateway.Testing.Processes;
using KmsGateway.Testing.Traces;
using OpenTelemetry.Exporter;
using OpenTelemetry.Proto.Collector.Trace.V1;
using OpenTelemetry.Proto.Common.V1;
using Xunit;

namespace KmsGateway.EndToEnd.Tests;

/// <summary>
/// Real SDKs send personal data through the real gateway. Nothing of it is in what the gateway stores, prints, counts or traces; an auditor
/// verifies without a right to read it; and whoever has that right gets every value back.
/// </summary>
public sealed class EncryptionTests
{
    private const int Compliance = 3;
    private const int Ordinary = 3;

    // What the exporters send beside what the rules read, on spans, events and links, in every type that they have.
    private static readonly string[] Sensitive =
    [
        "text", "whole", "negative", "large", "fraction", "negative.*", "flag", "list", "numbers", "empty", "rule", "attempt", "relation", "weight", "exception.*",
    ];

    private static readonly string[] Secrets = ["Gr\u00fc\u00dfe", "\\u00fc\\u00df", "four-eyes", "caused-by", "over the limit"];

    // Each protocol, and each coding on some: what is compressed is encrypted as what is not.
    [Theory]
    [InlineData("proto", "none")]
    [InlineData("http", "gzip")]
    [InlineData("grpc", "gzip")]
    public Task Send_NodeExporter_ValuesAreHiddenAndComeBack(string exporter, string compression) => SendVerifyDecryptAsync((http, grpc) =>
        NodeExporter.SendAsync(exporter, http, grpc, compression, Compliance, Ordinary));

    [Theory]
    [InlineData(OtlpExportProtocol.HttpProtobuf, OtlpExportCompression.GZip)]
    [InlineData(OtlpExportProtocol.Grpc, OtlpExportCompression.None)]
    public Task Send_DotNetExporter_ValuesAreHiddenAndComeBack(OtlpExportProtocol protocol, OtlpExportCompression compression) =>
        SendVerifyDecryptAsync((http, grpc) =>
        {
            DotNetExporter.Send(protocol, http, grpc, compression, Compliance, Ordinary);
            return Task.CompletedTask;
        });

    [Fact]
    public async Task Shred_RetiredSeed_ItsValuesAreGoneAndSignaturesKeepTheirForce()
    {
        using var folder = new TemporaryFolder();
        await using var gateway = await GatewayProcess.StartAsync(
            new GatewayProcessOptions { DataDirectory = folder["data"], Arguments = ["--Encryption:Attributes:0=pii"] });
        using var client = new OtlpClient();
        (await client.SendAsync(gateway.OtlpHttp, TraceRequests.Of(SpanBuilder.Compliance().Attribute("pii", "before").Build()))).Succeeded();
        var seed = KidOf(gateway.SinkFile);
        (await KmsgwAsync(gateway, "keys", "rotate", "default", "--purpose", "encryption", "--reason", "test")).ExitedWith(0);

        // The gateway takes the new seed as soon as it has read the store again.
        await Poll.UntilAsync(async () =>
        {
            (await client.SendAsync(gateway.OtlpHttp, TraceRequests.Of(SpanBuilder.Compliance().Attribute("pii", "after").Build()))).Succeeded();
            return KidOf(gateway.SinkFile) != seed;
        });

        (await KmsgwAsync(gateway, "decrypt", gateway.SinkFile, "--output", folder["both.jsonl"], "--reason", "test")).ExitedWith(0);
        (await KmsgwAsync(gateway, "keys", "shred", seed, "--confirm", seed, "--reason", "retention has ended")).ExitedWith(0);
        var afterwards = await KmsgwAsync(gateway, "decrypt", gateway.SinkFile, "--output", folder["one.jsonl"], "--reason", "test");

        afterwards.ExitedWith(1);
        Assert.Contains("pii", afterwards.Error, StringComparison.Ordinal);
        Assert.Contains("destroyed on purpose", afterwards.Error, StringComparison.Ordinal);
        Assert.Contains("before", await File.ReadAllTextAsync(folder["both.jsonl"], TestContext.Current.CancellationToken), StringComparison.Ordinal);
        var left = await File.ReadAllTextAsync(folder["one.jsonl"], TestContext.Current.CancellationToken);
        Assert.DoesNotContain("before", left, StringComparison.Ordinal);
        Assert.Contains("after", left, StringComparison.Ordinal);
        await Verification.SaveTrustAsync(gateway, folder["trust.json"]);
        (await Verification.RunAsync(gateway.SinkFile, folder["trust.json"])).Program.ExitedWith(0);
    }

    private static Task<ProgramResult> KmsgwAsync(GatewayProcess gateway, params string[] arguments) =>
        CliProcess.RunAsync([.. arguments, "--gateway", gateway.Management.ToString()]);

    // Of the last value that was stored.
    private static string KidOf(string sink)
    {
        var value = SinkLines.Spans(sink)[^1]["attributes"]!.AsArray()
            .Single(attribute => attribute!["key"]!.GetValue<string>() == "pii")!["value"]!["stringValue"]!.GetValue<string>();
        return value.Split('.')[1];
    }

    private static async Task SendVerifyDecryptAsync(Func<Uri, Uri, Task> send)
    {
        using var folder = new TemporaryFolder();
        await using var telemetry = await RecordingCollector.StartAsync();
        var clear = await SendInClearAsync(send);
        await using var gateway = await GatewayProcess.StartAsync(new GatewayProcessOptions
        {
            DataDirectory = folder["data"],
            Arguments =
            [
                "--Encryption:Spans=all", .. Sensitive.Select((pattern, i) => $"--Encryption:Attributes:{i}={pattern}"),
                $"--Telemetry:Endpoint={telemetry.HttpAddress}", "--Telemetry:Protocol=http/protobuf", "--Telemetry:TraceRatio=1", "--Logging:LogLevel:Default=Debug",
            ],
        });

        // Its keys are in memory before the first probe. On a busy machine a sender that does not try again would lose its spans before.
        await gateway.WaitForOutputAsync("is up, it was");
        await send(gateway.OtlpHttp, gateway.OtlpGrpc);
        Assert.True(File.Exists(gateway.SinkFile), $"Nothing reached the sink.\n{gateway.Output}");

        using var client = new HttpClient { BaseAddress = gateway.Management };
        var metrics = await client.GetStringAsync("/metrics", TestContext.Current.CancellationToken);
        await Verification.SaveTrustAsync(gateway, folder["trust.json"]);
        var verification = await Verification.RunAsync(gateway.SinkFile, folder["trust.json"]);
        verification.Program.ExitedWith(0);
        Assert.Equal(Compliance, verification.Verdicts.Count(verdict => verdict == "verified"));
        var decrypted = await CliProcess.RunAsync(
            ["decrypt", gateway.SinkFile, "--output", folder["clear.jsonl"], "--gateway", gateway.Management.ToString(), "--reason", "test"]);
        decrypted.ExitedWith(0);
        await gateway.StopAsync();

        var stored = await File.ReadAllTextAsync(gateway.SinkFile, TestContext.Current.CancellationToken);
        AssertHasNone(stored, "sink");
        AssertHasNone(gateway.Output, "log");
        AssertHasNone(metrics, "metrics");
        AssertHasNone(string.Concat(telemetry.Requests.Select(request => Encoding.UTF8.GetString(request.Message()))), "traces");
        Assert.NotEmpty(telemetry.Requests);
        Assert.Equal(clear, Values(folder["clear.jsonl"]));
        Assert.NotEqual(clear, Values(gateway.SinkFile));
    }

    /// <summary>The same with no gateway between: what has to come back.</summary>
    private static async Task<string[]> SendInClearAsync(Func<Uri, Uri, Task> send)
    {
        await using var collector = await RecordingCollector.StartAsync();
        await send(collector.HttpAddress, collector.GrpcAddress);
        var values = Values(collector.Requests.Select(request => request.ParseTraces()));
        Assert.All(Sensitive.Where(pattern => pattern != "empty"), pattern => Assert.Contains(values, value => value.Contains($" {pattern.TrimEnd('*')}", StringComparison.Ordinal)));
        return values;
    }

    private static void AssertHasNone(string text, string where) => Assert.All(
        Secrets, secret => Assert.False(text.Contains(secret, StringComparison.Ordinal), $"'{secret}' is in the {where}."));

    // Scope, key and value of every attribute but those that differ from run to run: as protobuf, as JSON has several ways to write a value.
    private static string[] Values(string file) =>
        Values(File.ReadLines(file).Where(line => line.Length > 0).Select(line => OtlpJson.Parse(Encoding.UTF8.GetBytes(line))));

    private static string[] Values(IEnumerable<ExportTraceServiceRequest> requests) =>
    [
        .. requests.SelectMany(TraceRequests.SpansOf)
            .SelectMany(span => Attributes("span", span.Attributes)
                .Concat(span.Events.SelectMany(each => Attributes("event", each.Attributes)))
                .Concat(span.Links.SelectMany(each => Attributes("link", each.Attributes))))
            .Order(StringComparer.Ordinal),
    ];

    private static IEnumerable<string> Attributes(string scope, IEnumerable<KeyValue> attributes) => attributes
        .Where(attribute => !attribute.Key.StartsWith("audit.integrity.", StringComparison.Ordinal) && attribute.Key != "exception.stacktrace")
        .Select(attribute => $"{scope} {attribute.Key} {Convert.ToHexStringLower(attribute.Value.ToByteArray())}");
}
