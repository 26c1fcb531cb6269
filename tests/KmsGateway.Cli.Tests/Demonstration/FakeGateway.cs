using System.Text;
using KmsGateway.Cli.Sending;
using KmsGateway.Cli.Tests.Fixtures;
using KmsGateway.Cryptography;
using KmsGateway.Evidence.Compliance;
using KmsGateway.Evidence.Otlp;
using KmsGateway.Evidence.Signing;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace KmsGateway.Cli.Tests.Demonstration;

/// <summary>Does what a gateway with an embedded backend does to the demonstration's spans.</summary>
internal sealed class FakeGateway(EvidenceFixture evidence, SigningKey key, string sink)
{
    /// <summary>What happens to a line on its way to the file.</summary>
    public Func<string, string> Store { get; init; } = line => line;

    public string Status { get; init; } = "UP";

    public async Task AnswerAsync(HttpContext context, byte[] body)
    {
        switch (context.Request.Path.Value)
        {
            case "/health/ready":
                await context.Response.WriteAsync($$"""{"status":"{{Status}}","checks":[]}""");
                break;
            case "/.well-known/jwks.json":
                await context.Response.Body.WriteAsync(evidence.TrustFile());
                break;
            default:
                await File.AppendAllTextAsync(sink, $"{Store(evidence.Sign(ToJson(context, body), key))}\n");
                await Receiver.AcceptAsync(context, body);
                break;
        }
    }

    private static string ToJson(HttpContext context, byte[] body)
    {
        if (context.Request.ContentType == "application/json")
        {
            return Encoding.UTF8.GetString(body);
        }

        // The samples are known: of the protobuf only the ids have to be read.
        var message = context.Request.ContentType == "application/grpc" ? body[5..] : body;
        var scan = new TraceScan();
        Assert.Equal(
            OtlpError.None,
            ProtobufTraceEncoding.Instance.Scan(
                message, new KeyPatterns(["*"]), SignatureAttributes.Reserved, new OtlpLimits(), scan));
        var samples = new SampleTrace(1, 1, TimeProvider.System).Spans;
        var spans = new List<SampleSpan>();
        foreach (var span in scan.Spans)
        {
            var canonical = new CanonicalSpan(ReservedKeys.Rename);
            canonical.Read(ProtobufTraceEncoding.Instance, message, span, new Coverage(ComplianceRules.Default.Keys, KeyPatterns.None));
            spans.Add(samples[spans.Count] with { TraceId = canonical.TraceId.ToArray(), SpanId = canonical.SpanId.ToArray() });
        }

        return Encoding.UTF8.GetString(JsonRequestWriter.Write(spans));
    }
}
