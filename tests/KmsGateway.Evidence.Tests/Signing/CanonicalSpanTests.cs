using System.Diagnostics;
using Google.Protobuf;
using KmsGateway.Evidence.Compliance;
using KmsGateway.Evidence.Otlp;
using KmsGateway.Evidence.Signing;
using KmsGateway.Testing.Traces;
using OpenTelemetry.Proto.Collector.Trace.V1;
using OpenTelemetry.Proto.Resource.V1;
using OpenTelemetry.Proto.Trace.V1;
using Xunit;

namespace KmsGateway.Evidence.Tests.Signing;

public sealed class CanonicalSpanTests
{
    // Ten gigabytes to hash, if each scope had to hash its resource again.
    [Fact]
    public void Read_ManyScopesUnderOneLargeResource_HashesTheResourceOnce()
    {
        var scope = new ScopeSpans { Spans = { SpanBuilder.Compliance().Build() } };
        var resource = new Resource { Attributes = { AnyValues.Pair("service.name", new string('x', 1_000_000)) } };
        var body = new ExportTraceServiceRequest
        {
            ResourceSpans = { new ResourceSpans { Resource = resource, ScopeSpans = { Enumerable.Repeat(scope, 10_000) } } },
        }.ToByteArray();
        var coverage = new Coverage(new KeyPatterns(["*"]), new KeyPatterns(["service.name"]));
        var canonical = new CanonicalSpan(ReservedKeys.Rename, new OtlpLimits());
        var scan = new TraceScan();
        ProtobufTraceEncoding.Instance.Scan(body, ComplianceRules.Default.Keys, SignatureAttributes.Reserved, new OtlpLimits(), scan);

        var clock = Stopwatch.StartNew();
        foreach (var span in scan.Spans)
        {
            Assert.Equal(OtlpError.None, canonical.Read(ProtobufTraceEncoding.Instance, body, span, coverage));
        }

        Assert.Equal(10_000, scan.Spans.Length);
        Assert.Equal(SpanIssues.None, canonical.Issues);
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }

    [Fact]
    public void Read_ListAfterOneThatIsTooLarge_IsReadWhole()
    {
        var limits = new OtlpLimits { MaxAttributeBytes = 1_024 };
        var coverage = new Coverage(new KeyPatterns(["*"]), KeyPatterns.None);
        var body = TraceRequests.Of(
            SpanBuilder.Compliance().Attribute("list", Entries(500)).Build(),
            new SpanBuilder().Attribute("compliance.list", Entries(2)).Build()).ToByteArray();
        var canonical = new CanonicalSpan(ReservedKeys.Rename, limits);
        var scan = new TraceScan();
        ProtobufTraceEncoding.Instance.Scan(body, ComplianceRules.Default.Keys, SignatureAttributes.Reserved, limits, scan);

        Assert.Equal([SpanIssues.Size, SpanIssues.None], scan.Spans.ToArray().Select(span =>
        {
            Assert.Equal(OtlpError.None, canonical.Read(ProtobufTraceEncoding.Instance, body, span, coverage));
            return canonical.Issues;
        }));
    }

    private static IEnumerable<KeyValuePair<string, object?>> Entries(int count) =>
        Enumerable.Range(0, count).Select(i => KeyValuePair.Create($"{i}", (object?)null));
}
