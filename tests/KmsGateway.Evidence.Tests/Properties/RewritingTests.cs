using CsCheck;
using Google.Protobuf;
using KmsGateway.Evidence.Otlp;
using KmsGateway.Testing.Traces;
using OpenTelemetry.Proto.Collector.Trace.V1;
using Xunit;

namespace KmsGateway.Evidence.Tests.Properties;

/// <summary>Whatever request it is: what happens to it on a lawful way leaves its signatures valid. Google.Protobuf is the oracle.</summary>
public sealed class RewritingTests : IDisposable
{
    private const int Requests = 500;

    private readonly EvidenceFixture _evidence = new();

    public void Dispose() => _evidence.Dispose();

    [Fact]
    public void Protect_AnyRequest_AddsSixAttributesAndNothingElse() => Sample((request, signed, _) =>
    {
        foreach (var span in TraceRequests.SpansOf(signed))
        {
            Assert.Equal(6, span.Attributes.Count(IsSignature));
            while (IsSignature(span.Attributes[^1]))
            {
                span.Attributes.RemoveAt(span.Attributes.Count - 1);
            }
        }

        Assert.Equal(request, signed);
    });

    [Fact]
    public void Verify_AttributesReordered_IsVerified() => Sample((_, signed, random) =>
    {
        Rewriting.ReorderAttributes(signed, random);
        AssertVerified(signed);
    });

    [Fact]
    public void Verify_SpansInOtherBatches_AreVerified() => Sample((_, signed, random) => AssertVerified(Rewriting.Rebatch(signed, random)));

    [Fact]
    public void Verify_LengthsPaddedAndFieldsAdded_IsVerified() => Sample((_, signed, _) =>
    {
        AssertVerified(signed, WirePadding.Pad(signed));
        Rewriting.AddUnknownFields(signed);
        AssertVerified(signed);
    });

    [Fact]
    public void Verify_ProtobufToJsonAndBack_IsVerified() => Sample((_, signed, random) =>
    {
        var json = OtlpJson.Format(signed);

        Assert.All(
            _evidence.Verify(JsonSpelling.Change(json, random, integersToo: true), JsonTraceEncoding.Instance),
            verdict => Assert.Equal("verified", verdict.Text));

        // Google's parser reads a number as a double: 64-bit integers have to be strings for it.
        AssertVerified(OtlpJson.Parse(JsonSpelling.Change(json, random, integersToo: false)));
    });

    [Fact]
    public void Verify_SignedAsJson_IsVerifiedInBothEncodings() => RequestGenerator.Request.Sample(
        request =>
        {
            var json = _evidence.Protect(OtlpJson.Format(request), JsonTraceEncoding.Instance);
            Assert.All(_evidence.Verify(json, JsonTraceEncoding.Instance), verdict => Assert.Equal("verified", verdict.Text));
            AssertVerified(OtlpJson.Parse(json));
        },
        iter: Requests,
        threads: 1);

    [Fact]
    public void Verify_EverythingAtOnce_IsVerified() => Sample((_, signed, random) =>
    {
        Rewriting.ReorderAttributes(signed, random);
        var moved = Rewriting.Rebatch(OtlpJson.Parse(JsonSpelling.Change(OtlpJson.Format(signed), random, integersToo: false)), random);
        AssertVerified(moved, WirePadding.Pad(moved));
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

    private void AssertVerified(ExportTraceServiceRequest request) => AssertVerified(request, request.ToByteArray());

    private void AssertVerified(ExportTraceServiceRequest request, byte[] bytes)
    {
        var verdicts = _evidence.Verify(bytes, ProtobufTraceEncoding.Instance);
        Assert.Equal(TraceRequests.SpansOf(request).Count(), verdicts.Count);
        Assert.All(verdicts, verdict => Assert.Equal("verified", verdict.Text));
    }

    private static bool IsSignature(OpenTelemetry.Proto.Common.V1.KeyValue attribute) =>
        attribute.Key.StartsWith("audit.integrity.", StringComparison.Ordinal) && !attribute.Key.EndsWith(".0", StringComparison.Ordinal);
}
