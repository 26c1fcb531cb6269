using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using Google.Protobuf;
using KmsGateway.Evidence.Otlp;
using KmsGateway.Evidence.Verification;
using KmsGateway.Testing.Traces;
using OpenTelemetry.Proto.Collector.Trace.V1;
using Xunit;

namespace KmsGateway.Evidence.Tests.Properties;

/// <summary>
/// One bit of a signed request is flipped. A span that verifies all the same has the content of a signed one, as the generated types read it: nothing
/// covered changes unseen.
/// </summary>
public sealed class BitFlipTests : IDisposable
{
    private const int Ed25519InBase64 = 88;

    private readonly EvidenceFixture _evidence = new();
    private int _unchanged;
    private int _changed;

    public void Dispose() => _evidence.Dispose();

    [Fact]
    public void Verify_BitOfAnyProtobufFlipped_VerifiesOnlyWhatWasSigned() => FlipSome(
        ProtobufTraceEncoding.Instance, request => request.ToByteArray(), ReadProtobuf);

    [Fact]
    public void Verify_BitOfAnyJsonFlipped_VerifiesOnlyWhatWasSigned() => FlipSome(JsonTraceEncoding.Instance, OtlpJson.Format, ReadJson);

    [Fact]
    public void Verify_EachBitOfProtobufFlipped_VerifiesOnlyWhatWasSigned() => FlipEach(
        ProtobufTraceEncoding.Instance, request => request.ToByteArray(), ReadProtobuf);

    [Fact]
    public void Verify_EachBitOfJsonFlipped_VerifiesOnlyWhatWasSigned() => FlipEach(JsonTraceEncoding.Instance, OtlpJson.Format, ReadJson);

    private void FlipSome(
        ITraceEncoding encoding, Func<ExportTraceServiceRequest, byte[]> write, Func<byte[], ExportTraceServiceRequest> read)
    {
        Gen.Select(RequestGenerator.RequestOfOneSpan, Gen.UInt.Array[60]).Sample(
            (request, positions) =>
            {
                var signed = _evidence.Protect(write(request), encoding);
                var content = Content(signed);
                Flip(signed, positions.Select(position => (content[(int)(position / 8 % content.Count)] * 8) + (int)(position % 8)), encoding, read);
            },
            iter: 150,
            threads: 1);
        AssertBothKinds();
    }

    // Every field of a span and every type of value.
    private void FlipEach(
        ITraceEncoding encoding, Func<ExportTraceServiceRequest, byte[]> write, Func<byte[], ExportTraceServiceRequest> read)
    {
        var signed = _evidence.Protect(write(TraceRequests.Of(SpanBuilder.Compliance().Everything().Build())), encoding);
        Flip(signed, Content(signed).SelectMany(position => Enumerable.Range(position * 8, 8)), encoding, read);
        AssertBothKinds();
    }

    private void Flip(byte[] signed, IEnumerable<int> bits, ITraceEncoding encoding, Func<byte[], ExportTraceServiceRequest> read)
    {
        var contents = CoveredContent.Of(read(signed)).Select(span => span.Content).ToHashSet(StringComparer.Ordinal);
        var verifier = _evidence.Verifier();
        foreach (var bit in bits)
        {
            var flipped = (byte[])signed.Clone();
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            var verified = new List<SpanVerdict>();
            verifier.Verify(flipped, encoding, verdict => Keep(verdict, verified), out _);
            if (verified.Count == 0)
            {
                _changed++;
                continue;
            }

            _unchanged++;
            var spans = CoveredContent.Of(read(flipped)).ToLookup(span => span.Ids, span => span.Content);
            Assert.All(verified, verdict => Assert.Contains(spans[$"{verdict.TraceId} {verdict.SpanId}"], contents.Contains));
        }
    }

    // What is signed. Most of a small request is the signature, whose bits are all alike.
    private static List<int> Content(byte[] signed)
    {
        var start = signed.AsSpan().LastIndexOf("audit.integrity.canonicalization"u8);
        var end = start + signed.AsSpan(start).IndexOf("audit.integrity.value"u8) + Ed25519InBase64;
        return [.. Enumerable.Range(0, signed.Length).Where(position => position < start || position > end)];
    }

    private void AssertBothKinds()
    {
        Assert.True(_unchanged > 0, "No bit was flipped that nobody covers.");
        Assert.True(_changed > _unchanged, "Hardly a bit was flipped that is covered.");
    }

    private static ExportTraceServiceRequest ReadProtobuf(byte[] bytes) =>
        ExportTraceServiceRequest.Parser.ParseFrom(Uncovered.Remove(bytes, ExportTraceServiceRequest.Descriptor));

    private static ExportTraceServiceRequest ReadJson(byte[] json) =>
        OtlpJson.Parse(Encoding.UTF8.GetBytes(Uncovered.Remove(JsonNode.Parse(json)!).ToJsonString()));

    private static void Keep(SpanVerdict verdict, List<SpanVerdict> verified)
    {
        if (verdict.Verdict is Verdict.Verified or Verdict.VerifiedWithAdditions or Verdict.Duplicate or Verdict.Conflict)
        {
            verified.Add(verdict);
        }
    }
}
