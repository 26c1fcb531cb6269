using System.Text;
using System.Text.Json.Nodes;
using KmsGateway.Cryptography;
using KmsGateway.Evidence.Otlp;
using KmsGateway.Evidence.Signing;
using KmsGateway.Testing.Traces;
using Xunit;

namespace KmsGateway.Evidence.Tests.Verification;

/// <summary>The algorithm of a signature is its key's, whatever the root's is and the span says.</summary>
public sealed class AlgorithmTests
{
    [Theory]
    [InlineData("EdDSA", "EdDSA")]
    [InlineData("EdDSA", "ES256")]
    [InlineData("ES256", "EdDSA")]
    [InlineData("ES256", "ES256")]
    public void Verify_SpanOfEitherAlgorithm_IsVerifiedAndSaysWhich(string root, string key)
    {
        using var evidence = new EvidenceFixture(root, key);
        var signed = Sign(evidence);

        Assert.Equal(key, Text(signed, SignatureAttributes.Algorithm));
        Assert.Equal(evidence.Key.Kid, Text(signed, SignatureAttributes.KeyId));
        Assert.Equal("verified", Verdict(evidence, signed));
    }

    [Theory]
    [InlineData("EdDSA")]
    [InlineData("ES256")]
    public void Verify_SpansFromBeforeAndAfterAChangeOfAlgorithm_AreVerified(string first)
    {
        using var evidence = new EvidenceFixture(SigningAlgorithm.Es256, first);
        var before = Sign(evidence);
        evidence.ChangeAlgorithm();
        var after = Sign(evidence);

        Assert.NotEqual(Text(before, SignatureAttributes.Algorithm), Text(after, SignatureAttributes.Algorithm));
        Assert.Equal("verified", Verdict(evidence, before));
        Assert.Equal("verified", Verdict(evidence, after));
    }

    [Theory]
    [InlineData("ES256", "EdDSA")]
    [InlineData("ES256", "es256")]
    [InlineData("ES256", "none")]
    [InlineData("EdDSA", "ES256")]
    public void Verify_AlgorithmThatIsNotTheKeys_IsMalformed(string key, string algorithm)
    {
        using var evidence = new EvidenceFixture(SigningAlgorithm.Es256, key);
        var signed = Sign(evidence);
        Value(signed, SignatureAttributes.Algorithm)["stringValue"] = algorithm;

        Assert.Equal("malformed-signature", Verdict(evidence, signed));
    }

    [Fact]
    public void Verify_SpanChanged_NamesTheGroup()
    {
        using var evidence = new EvidenceFixture(SigningAlgorithm.Es256, SigningAlgorithm.Es256);
        var signed = Sign(evidence);
        Span(signed)["name"] = "other";

        Assert.Equal("altered:core", Verdict(evidence, signed));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(63)]
    public void Verify_BitOfTheSignatureChanged_IsBadSignature(int index)
    {
        using var evidence = new EvidenceFixture(SigningAlgorithm.Es256, SigningAlgorithm.Es256);
        var signed = Sign(evidence);
        var value = Value(signed, SignatureAttributes.Value);
        var signature = Convert.FromBase64String(Text(signed, SignatureAttributes.Value));
        signature[index] ^= 1;
        value["stringValue"] = Convert.ToBase64String(signature);

        Assert.Equal("bad-signature", Verdict(evidence, signed));
    }

    private static JsonNode Sign(EvidenceFixture evidence) =>
        JsonNode.Parse(evidence.Protect(OtlpJson.Format(TraceRequests.Mixed(1, 0)), JsonTraceEncoding.Instance))!;

    private static string Verdict(EvidenceFixture evidence, JsonNode request) =>
        Assert.Single(evidence.Verify(Encoding.UTF8.GetBytes(request.ToJsonString()), JsonTraceEncoding.Instance)).Text;

    private static JsonNode Span(JsonNode request) => request["resourceSpans"]![0]!["scopeSpans"]![0]!["spans"]![0]!;

    private static string Text(JsonNode request, string key) => (string)Value(request, key)["stringValue"]!;

    private static JsonNode Value(JsonNode request, string key) =>
        Span(request)["attributes"]!.AsArray().Single(attribute => (string?)attribute!["key"] == key)!["value"]!;
}
