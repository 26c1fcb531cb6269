using CsCheck;
using Google.Protobuf;
using KmsGateway.Evidence.Otlp;
using KmsGateway.Testing.Traces;
using OpenTelemetry.Proto.Collector.Trace.V1;
using OpenTelemetry.Proto.Common.V1;
using Xunit;

namespace KmsGateway.Evidence.Tests.Properties;

/// <summary>Whatever request it is: what happens to it on a lawful way leaves its signatures valid. Google.Protobuf is the oracle.</summary>
public sealed class RewritingTests : IDisposable
{
    private const int Requests = 250;
    private const string Reserved = "audit.integrity.";
    private const string Renamed = ".0";

    private static readonly MessageParser<ExportTraceServiceRequest> Parser = ExportTraceServiceRequest.Parser.WithDiscardUnknownFields(true);

    private readonly EvidenceFixture _evidence = new();

    public void Dispose() => _evidence.Dispose();

    [Fact]
    public void Protect_AnyRequest_AddsSixAttributesAndNothingElse() => Sample((request, signed, _) => AssertTransparent(request, signed));

    [Fact]
    public void Verify_AttributesReordered_IsVerified() => Sample((_, signed, random) =>
    {
        Rewriting.ReorderAttributes(signed, random);
        AssertVerified(signed);
    });

    [Fact]
    public void Verify_SpansInOtherBatches_AreVerified() => Sample((_, signed, random) => AssertVerified(Rewriting.Rebatch(signed, random)));

    [Fact]
    public void Verify_SpelledOtherwiseOnTheWire_IsVerified() => Sample((_, signed, random) =>
    {
        var bytes = WireSpelling.Change(signed, random);

        Assert.Equal(signed, Parser.ParseFrom(bytes));
        AssertVerified(signed, bytes, ProtobufTraceEncoding.Instance);
    });

    [Fact]
    public void Verify_ProtobufToJsonAndBack_IsVerified() => Sample((_, signed, random) =>
    {
        var json = OtlpJson.Format(signed);
        AssertVerified(signed, JsonSpelling.Change(json, random, integersToo: true), JsonTraceEncoding.Instance);

        // Google's parser reads a number as a double: 64-bit integers have to be strings for it.
        var back = OtlpJson.Parse(JsonSpelling.Change(json, random, integersToo: false));
        Assert.Equal(signed, back);
        AssertVerified(back);
    });

    [Fact]
    public void Protect_RequestSpelledOtherwise_SignsTheSameContent() => Gen.Select(RequestGenerator.Request, Gen.Int).Sample(
        (request, seed) =>
        {
            var random = new Random(seed);
            var json = JsonSpelling.Change(OtlpJson.Format(request), random, integersToo: false);
            AssertTransparent(request, OtlpJson.Parse(AssertVerified(request, _evidence.Protect(json, JsonTraceEncoding.Instance), JsonTraceEncoding.Instance)));

            var bytes = WireSpelling.Change(request, random);
            AssertTransparent(
                request,
                Parser.ParseFrom(AssertVerified(request, _evidence.Protect(bytes, ProtobufTraceEncoding.Instance), ProtobufTraceEncoding.Instance)));
        },
        iter: Requests,
        threads: 1);

    [Fact]
    public void Verify_EverythingAtOnce_IsVerified() => Sample((_, signed, random) =>
    {
        Rewriting.ReorderAttributes(signed, random);
        var moved = Rewriting.Rebatch(OtlpJson.Parse(JsonSpelling.Change(OtlpJson.Format(signed), random, integersToo: false)), random);
        AssertVerified(moved, WireSpelling.Change(moved, random), ProtobufTraceEncoding.Instance);
    });

    private void Sample(Action<ExportTraceServiceRequest, ExportTraceServiceRequest, Random> check) =>
        Gen.Select(RequestGenerator.Request, Gen.Int).Sample(
            (request, seed) =>
            {
                var signed = _evidence.Protect(request.ToByteArray(), ProtobufTraceEncoding.Instance);
                check(request, ExportTraceServiceRequest.Parser.ParseFrom(signed), new Random(seed));
            },
            iter: Requests,
            threads: 1);

    // With the six attributes taken away again, and the client's reserved names as they are renamed, it is what came in.
    private static void AssertTransparent(ExportTraceServiceRequest request, ExportTraceServiceRequest signed)
    {
        var expected = request.Clone();
        foreach (var attribute in TraceRequests.SpansOf(expected).SelectMany(span => span.Attributes).Where(IsReserved))
        {
            attribute.Key += Renamed;
        }

        foreach (var attributes in ComplianceSpans(signed))
        {
            Assert.Equal(6, attributes.Count(IsReserved));
            Assert.All(attributes.TakeLast(6), attribute => Assert.True(IsReserved(attribute)));
            for (var i = 0; i < 6; i++)
            {
                attributes.RemoveAt(attributes.Count - 1);
            }
        }

        Assert.Equal(expected, signed);
    }

    private void AssertVerified(ExportTraceServiceRequest request) => AssertVerified(request, request.ToByteArray(), ProtobufTraceEncoding.Instance);

    private byte[] AssertVerified(ExportTraceServiceRequest request, byte[] bytes, ITraceEncoding encoding)
    {
        var verdicts = _evidence.Verify(bytes, encoding);
        Assert.Equal(ComplianceSpans(request).Count(), verdicts.Count);
        Assert.All(verdicts, verdict => Assert.Equal("verified", verdict.Text));
        return bytes;
    }

    private static IEnumerable<IList<KeyValue>> ComplianceSpans(ExportTraceServiceRequest request) =>
        from resourceSpans in request.ResourceSpans
        from span in resourceSpans.ScopeSpans.SelectMany(scope => scope.Spans)
        where span.Attributes.Any(IsCompliance) || (resourceSpans.Resource?.Attributes ?? []).Any(IsCompliance)
        select span.Attributes;

    private static bool IsCompliance(KeyValue attribute) => attribute.Key.StartsWith("compliance.", StringComparison.Ordinal);

    private static bool IsReserved(KeyValue attribute) =>
        attribute.Key.StartsWith(Reserved, StringComparison.Ordinal) && !attribute.Key.EndsWith(Renamed, StringComparison.Ordinal);
}
