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
    private readonly EvidenceFixture _evidence = new();

    public void Dispose() => _evidence.Dispose();

    [Fact]
    public void Verify_BitOfProtobufFlipped_VerifiesOnlyWhatWasSigned() => Flip(
        ProtobufTraceEncoding.Instance,
        request => request.ToByteArray(),
        bytes => ExportTraceServiceRequest.Parser.ParseFrom(bytes));

    [Fact]
    public void Verify_BitOfJsonFlipped_VerifiesOnlyWhatWasSigned() => Flip(
        JsonTraceEncoding.Instance,
        OtlpJson.Format,
        ReadJson);

    private void Flip(
        ITraceEncoding encoding, Func<ExportTraceServiceRequest, byte[]> write, Func<byte[], ExportTraceServiceRequest> read) =>
        Gen.Select(RequestGenerator.RequestOfOneSpan, Gen.UInt.Array[40]).Sample(
            (request, positions) =>
            {
                var signed = _evidence.Protect(write(request), encoding);
                var contents = CoveredContent.Of(read(signed)).Select(span => span.Content).ToHashSet(StringComparer.Ordinal);
                var verifier = _evidence.Verifier();
                foreach (var position in positions)
                {
                    var bit = (int)(position % (signed.Length * 8));
                    var flipped = (byte[])signed.Clone();
                    flipped[bit / 8] ^= (byte)(1 << (bit % 8));
                    if (encoding is ProtobufTraceEncoding && IsNowUncoveredText(flipped, bit))
                    {
                        continue;
                    }

                    Check(verifier, encoding, flipped, contents, read);
                }
            },
            iter: 300,
            threads: 1);

    private static void Check(
        SpanVerifier verifier, ITraceEncoding encoding, byte[] flipped, HashSet<string> contents, Func<byte[], ExportTraceServiceRequest> read)
    {
        var verified = new List<SpanVerdict>();
        verifier.Verify(flipped, encoding, verdict => Keep(verdict, verified), out _);
        if (verified.Count == 0)
        {
            return;
        }

        var spans = CoveredContent.Of(read(flipped)).ToLookup(span => span.Ids, span => span.Content);
        Assert.All(verified, verdict => Assert.Contains(spans[$"{verdict.TraceId} {verdict.SpanId}"], contents.Contains));
    }

    // A resource or an id has become a schema_url or a trace_state, which nobody covers, but of which the generated types want UTF-8.
    private static bool IsNowUncoveredText(byte[] flipped, int bit) => flipped[bit / 8] == 0x1A && bit % 8 == 4;

    private static ExportTraceServiceRequest ReadJson(byte[] json)
    {
        var request = JsonNode.Parse(json)!;
        RemoveUncoveredNumbers(request);
        return OtlpJson.Parse(Encoding.UTF8.GetBytes(request.ToJsonString()));
    }

    // Nobody covers them, but the generated types want them in range.
    private static void RemoveUncoveredNumbers(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject members:
                foreach (var name in (string[])["flags", "droppedAttributesCount", "droppedEventsCount", "droppedLinksCount"])
                {
                    members.Remove(name);
                }

                foreach (var (_, member) in members)
                {
                    RemoveUncoveredNumbers(member);
                }

                break;
            case JsonArray items:
                foreach (var item in items)
                {
                    RemoveUncoveredNumbers(item);
                }

                break;
        }
    }

    private static void Keep(SpanVerdict verdict, List<SpanVerdict> verified)
    {
        if (verdict.Verdict is Verdict.Verified or Verdict.VerifiedWithAdditions)
        {
            verified.Add(verdict);
        }
    }
}
