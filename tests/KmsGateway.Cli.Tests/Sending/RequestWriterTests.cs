using KmsGateway.Cli.Sending;
using KmsGateway.Cli.Tests.Fixtures;
using KmsGateway.Evidence.Compliance;
using KmsGateway.Evidence.Otlp;
using KmsGateway.Evidence.Signing;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace KmsGateway.Cli.Tests.Sending;

public sealed class RequestWriterTests
{
    [Fact]
    public void Write_ProtobufAndJson_HaveOneCanonicalForm()
    {
        var trace = new SampleTrace(compliance: 2, ordinary: 1, new FakeTimeProvider(EvidenceFixture.Start));

        var fromProtobuf = Digests(ProtobufTraceEncoding.Instance, ProtobufRequestWriter.Write(trace.Spans));
        var fromJson = Digests(JsonTraceEncoding.Instance, JsonRequestWriter.Write(trace.Spans));

        Assert.Equal(2, fromProtobuf.Count);
        Assert.NotEqual(fromProtobuf[0], fromProtobuf[1]);
        Assert.Equal(fromProtobuf, fromJson);
    }

    private static List<string> Digests(ITraceEncoding encoding, byte[] body)
    {
        var scan = new TraceScan();
        Assert.Equal(
            OtlpError.None, encoding.Scan(body, ComplianceRules.Default.Keys, SignatureAttributes.Reserved, new OtlpLimits(), scan));
        var canonical = new CanonicalSpan(ReservedKeys.Rename);
        var coverage = new Coverage(new KeyPatterns(["*"]), new KeyPatterns(["*"]));
        var digests = new List<string>();
        foreach (var span in scan.Spans)
        {
            Assert.Equal(OtlpError.None, canonical.Read(encoding, body, span, coverage));
            Assert.Equal(SpanIssues.None, canonical.Issues);
            digests.Add(Convert.ToHexStringLower(canonical.Digests.All));
        }

        return digests;
    }
}
