using System.Text;
using System.Text.Json.Nodes;
using Google.Protobuf;
using KmsGateway.Cryptography;
using KmsGateway.Evidence.Otlp;
using KmsGateway.Evidence.Signing;
using KmsGateway.Evidence.Verification;
using KmsGateway.Testing.Traces;
using Xunit;

namespace KmsGateway.Evidence.Tests.Verification;

public sealed class SpanVerifierTests : IDisposable
{
    private readonly EvidenceFixture _evidence = new();

    public void Dispose() => _evidence.Dispose();

    [Fact]
    public void Verify_OrdinarySpans_HaveNoVerdict()
    {
        var body = TraceRequests.Mixed(compliance: 0, ordinary: 3).ToByteArray();
        var verdicts = new List<SpanVerdict>();

        _evidence.Verifier().Verify(body, ProtobufTraceEncoding.Instance, verdicts.Add, out var spans);

        Assert.Empty(verdicts);
        Assert.Equal(3, spans);
    }

    [Fact]
    public void Verify_ComplianceSpanWithoutSignature_IsUnsigned() =>
        Assert.Equal(
            "unsigned",
            Assert.Single(_evidence.Verify(TraceRequests.Mixed(1, 0).ToByteArray(), ProtobufTraceEncoding.Instance)).Text);

    [Theory]
    [InlineData("altered:core", "name", "\"other\"")]
    [InlineData("altered:core", "kind", "3")]
    [InlineData("altered:core", "startTimeUnixNano", "\"1\"")]
    [InlineData("altered:core", "spanId", "\"0000000000000001\"")]
    [InlineData("altered:core", "spanId", "\"\"")]
    [InlineData("altered:ev", "events", "[]")]
    [InlineData("altered:lnk", "links", "[]")]
    [InlineData("verified", "traceState", "\"changed=1\"")]
    [InlineData("verified", "flags", "1")]
    public void Verify_MemberChanged_NamesTheGroup(string expected, string member, string value) =>
        Assert.Equal(expected, VerdictAfter(span => span[member] = JsonNode.Parse(value)));

    [Fact]
    public void Verify_TwoGroupsChanged_NamesBothInOrder() => Assert.Equal("altered:core,ev", VerdictAfter(span =>
    {
        span["events"] = new JsonArray();
        span["name"] = "other";
    }));

    [Fact]
    public void Verify_AttributeWithoutCanonicalFormAdded_IsAltered() =>
        Assert.Equal("altered:attr", VerdictAfter(span => Attributes(span).Add(Attributes(span)[0]!.DeepClone())));

    [Theory]
    [InlineData("malformed-signature", SignatureAttributes.Value, null)]
    [InlineData("malformed-signature", SignatureAttributes.Signer, "producer")]
    [InlineData("malformed-signature", SignatureAttributes.Algorithm, "ES256")]
    [InlineData("malformed-signature", SignatureAttributes.Canonicalization, "other/1")]
    [InlineData("malformed-signature", SignatureAttributes.Statement, "e30")]
    [InlineData("malformed-signature", SignatureAttributes.Statement, "not base64url")]
    [InlineData("unsupported-version", SignatureAttributes.Canonicalization, "kmsgw-span/2")]
    [InlineData("unknown-key", SignatureAttributes.KeyId, "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k")]
    public void Verify_ReservedAttributeChanged_SaysWhat(string expected, string key, string? value) => Assert.Equal(expected, VerdictAfter(span =>
    {
        var attribute = Find(span, key);
        if (value is null)
        {
            Attributes(span).Remove(attribute);
        }
        else
        {
            attribute["value"]!["stringValue"] = value;
        }
    }));

    [Fact]
    public void Verify_ReservedAttributeTwice_IsMalformed() =>
        Assert.Equal("malformed-signature", VerdictAfter(span => Attributes(span).Add(Find(span, SignatureAttributes.Value).DeepClone())));

    [Fact]
    public void Verify_ErrorBesideASignature_IsMalformed() =>
        Assert.Equal("malformed-signature", VerdictAfter(span => Attributes(span).Add(Text(SignatureAttributes.Error, "size"))));

    [Fact]
    public void Verify_SignatureStrippedAndErrorInvented_IsUnsignedForNoReasonOfTheFormat() =>
        Assert.Equal("unsigned", VerdictAfter(span =>
        {
            Strip(span);
            Attributes(span).Add(Text(SignatureAttributes.Error, "because"));
        }));

    [Fact]
    public void Verify_ProofInPlaceOfTheValue_IsOfAnotherVersion() => Assert.Equal("unsupported-version", VerdictAfter(span =>
    {
        Attributes(span).Remove(Find(span, SignatureAttributes.Value));
        Attributes(span).Add(Text(SignatureAttributes.Proof, "c2sp.org/tlog-proof@v1"));
    }));

    [Fact]
    public void Verify_OneCharacterOfTheStatementChanged_IsBadSignature() => Assert.Equal("bad-signature", VerdictAfter(span =>
    {
        var value = Find(span, SignatureAttributes.Statement)["value"]!;
        Assert.True(Base64UrlText.TryDecode((string?)value["stringValue"], out var statement));
        var text = Encoding.UTF8.GetString(statement);
        var digit = text.IndexOf("\"iat\":\"", StringComparison.Ordinal) + 10;
        text = text[..digit] + (text[digit] == '0' ? '1' : '0') + text[(digit + 1)..];
        value["stringValue"] = Base64UrlText.Encode(Encoding.UTF8.GetBytes(text));
    }));

    [Fact]
    public void Verify_SignatureOfAnotherSpan_IsAltered()
    {
        var signed = Sign(TraceRequests.Mixed(2, 0));
        var spans = Spans(signed);
        var stolen = Attributes(spans[0]!).Where(IsReserved).Select(attribute => attribute!.DeepClone()).ToList();
        Strip(spans[1]!);
        stolen.ForEach(Attributes(spans[1]!).Add);

        Assert.StartsWith("altered:core", Verify(signed)[1].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Verify_AnotherTenant_IsWrongTenant() =>
        Assert.Equal("wrong-tenant", Assert.Single(Verify(Sign(TraceRequests.Mixed(1, 0)), new VerifierOptions { Tenant = "globex" })).Text);

    [Fact]
    public void Verify_SignedBeforeTheKeyWasValid_IsKeyNotValidAt()
    {
        using var early = new EvidenceFixture();
        early.Time.AdjustTime(EvidenceFixture.Start.AddSeconds(-1));

        Assert.Equal("key-not-valid-at", Assert.Single(Verify(Sign(TraceRequests.Mixed(1, 0), early))).Text);
    }

    [Theory]
    [InlineData(KeyEvent.Superseded, 1, "verified")]
    [InlineData(KeyEvent.Superseded, -1, "key-revoked")]
    [InlineData(KeyEvent.Compromise, 1, "key-revoked")]
    public void Verify_KeyRevoked_DependsOnReasonAndTime(string reason, int secondsAfterSigning, string expected)
    {
        var signed = Sign(TraceRequests.Mixed(1, 0));
        _evidence.Append(KeyStatus.Revoked, builder =>
        {
            builder.Reason = reason;
            builder.RevokedAt = UnixNanoseconds.From(_evidence.Time.GetUtcNow().AddSeconds(secondsAfterSigning));
        });

        Assert.Equal(expected, Assert.Single(Verify(signed)).Text);
    }

    [Fact]
    public void Verify_KeyRetired_WhatItSignedBeforeStaysVerified()
    {
        var signed = Sign(TraceRequests.Mixed(1, 0));
        _evidence.Append(KeyStatus.Retired, builder => builder.Expires = UnixNanoseconds.From(_evidence.Time.GetUtcNow().AddMinutes(5)));

        Assert.Equal("verified", Assert.Single(Verify(signed)).Text);
    }

    [Fact]
    public void Verify_CoverageWithoutTheRules_IsInsufficient()
    {
        var options = new VerifierOptions { MinCoverage = new KeyPatterns(["*"]) };
        using var narrow = new EvidenceFixture { Coverage = new Coverage(new KeyPatterns(["compliance.*"]), new KeyPatterns(["compliance.*"])) };

        Assert.Equal("insufficient-coverage", Assert.Single(Verify(Sign(TraceRequests.Mixed(1, 0), narrow), options)).Text);
        Assert.Equal("verified", Assert.Single(Verify(Sign(TraceRequests.Mixed(1, 0), narrow))).Text);
    }

    [Fact]
    public void Verify_ComplianceAttributeOfTheResourceNotCovered_IsInsufficient()
    {
        var options = new VerifierOptions { MinCoverage = new KeyPatterns(["host.*"]) };

        // host.name stands on the resource, and the default coverage leaves it out.
        Assert.Equal("insufficient-coverage", Assert.Single(Verify(Sign(TraceRequests.Mixed(1, 0)), options)).Text);
    }

    [Fact]
    public void Verify_AttributeOutsideTheCoverageAdded_IsVerified()
    {
        using var narrow = new EvidenceFixture { Coverage = new Coverage(new KeyPatterns(["compliance.*"]), new KeyPatterns(["compliance.*"])) };
        var signed = Sign(TraceRequests.Mixed(1, 0), narrow);
        Attributes(Spans(signed)[0]!).Add(Text("added", "later"));

        Assert.Equal("verified", Assert.Single(Verify(signed)).Text);
    }

    [Fact]
    public void Verify_AdditionsThatAreAllowed_AreListed()
    {
        var signed = Sign(TraceRequests.Mixed(1, 0));
        Attributes(Spans(signed)[0]!).Add(Text("k8s.pod.name", "p"));
        Attributes(Spans(signed)[0]!).Add(Text("k8s.node.name", "n"));

        Assert.Equal("altered:attr", Assert.Single(Verify(signed)).Text);
        var verdict = Assert.Single(Verify(signed, new VerifierOptions { AllowAdded = new KeyPatterns(["k8s.*"]) }));
        Assert.Equal("verified-with-additions", verdict.Text);
        Assert.Equal(["k8s.node.name", "k8s.pod.name"], verdict.Additions);
    }

    [Fact]
    public void Verify_AllowedKeyThatWasSigned_IsSimplyVerified() =>
        Assert.Equal(
            "verified",
            Assert.Single(Verify(Sign(TraceRequests.Mixed(1, 0)), new VerifierOptions { AllowAdded = new KeyPatterns(["text.*"]) })).Text);

    [Fact]
    public void Verify_TheSameSpanTwice_IsADuplicate()
    {
        var body = _evidence.Protect(TraceRequests.Mixed(1, 0).ToByteArray(), ProtobufTraceEncoding.Instance);
        var verifier = _evidence.Verifier();
        IVerifiedSpans verified = new VerifiedSpansInMemory();
        var verdicts = new List<SpanVerdict>();
        void Judge(SpanVerdict verdict) => verdicts.Add(verified.Judge(verdict));

        verifier.Verify(body, ProtobufTraceEncoding.Instance, Judge, out _);
        verifier.Verify(body, ProtobufTraceEncoding.Instance, Judge, out _);

        Assert.Equal(["verified", "duplicate"], verdicts.Select(verdict => verdict.Text));
    }

    [Fact]
    public void Verify_OtherContentUnderTheSameIds_IsAConflict()
    {
        var request = TraceRequests.Mixed(1, 0);
        var first = _evidence.Protect(request.ToByteArray(), ProtobufTraceEncoding.Instance);
        TraceRequests.SpansOf(request).Single().Name = "other";
        var second = _evidence.Protect(request.ToByteArray(), ProtobufTraceEncoding.Instance);
        var verifier = _evidence.Verifier();
        IVerifiedSpans verified = new VerifiedSpansInMemory();
        var verdicts = new List<SpanVerdict>();
        void Judge(SpanVerdict verdict) => verdicts.Add(verified.Judge(verdict));

        verifier.Verify(first, ProtobufTraceEncoding.Instance, Judge, out _);
        verifier.Verify(second, ProtobufTraceEncoding.Instance, Judge, out _);

        Assert.Equal(["verified", "conflict"], verdicts.Select(verdict => verdict.Text));
    }

    private string VerdictAfter(Action<JsonNode> change)
    {
        var signed = Sign(TraceRequests.Mixed(1, 0));
        change(Spans(signed)[0]!);
        return Assert.Single(Verify(signed)).Text;
    }

    private JsonNode Sign(OpenTelemetry.Proto.Collector.Trace.V1.ExportTraceServiceRequest request, EvidenceFixture? by = null) =>
        JsonNode.Parse((by ?? _evidence).Protect(OtlpJson.Format(request), JsonTraceEncoding.Instance))!;

    private IReadOnlyList<SpanVerdict> Verify(JsonNode request, VerifierOptions? options = null) =>
        _evidence.Verify(Encoding.UTF8.GetBytes(request.ToJsonString()), JsonTraceEncoding.Instance, options);

    private static JsonArray Spans(JsonNode request) => request["resourceSpans"]![0]!["scopeSpans"]![0]!["spans"]!.AsArray();

    private static JsonArray Attributes(JsonNode span) => span["attributes"]!.AsArray();

    private static JsonNode Find(JsonNode span, string key) => Attributes(span).Single(attribute => (string?)attribute!["key"] == key)!;

    private static bool IsReserved(JsonNode? attribute) =>
        ((string?)attribute!["key"])!.StartsWith("audit.integrity.", StringComparison.Ordinal);

    private static void Strip(JsonNode span)
    {
        foreach (var attribute in Attributes(span).Where(IsReserved).ToList())
        {
            Attributes(span).Remove(attribute);
        }
    }

    private static JsonObject Text(string key, string value) => new() { ["key"] = key, ["value"] = new JsonObject { ["stringValue"] = value } };
}
