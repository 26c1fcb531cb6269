using System.Text;
using KmsGateway.Evidence.Otlp;
using KmsGateway.Evidence.Verification;
using Xunit;

namespace KmsGateway.Evidence.Tests.Otlp;

public sealed class JsonTraceEncodingTests : IDisposable
{
    private const string Ids = "\"traceId\":\"0102030405060708090a0b0c0d0e0f10\",\"spanId\":\"0102030405060708\"";
    private const string Compliance = """{"key":"compliance.a","value":{"stringValue":"x"}}""";

    private readonly EvidenceFixture _evidence = new();

    public void Dispose() => _evidence.Dispose();

    [Theory]
    [InlineData("""{ "resourceSpans" : [ ] }""")]
    [InlineData("{}")]
    [InlineData("""{"resourceSpans":null,"other":[{"traceId":1}]}""")]
    public void Protect_NothingToSign_ChangesNothing(string json) => Assert.Equal(json, Protect(json));

    [Fact]
    public void Protect_AttributesInOddPlaces_ChangesNothingElse()
    {
        var json = Request($$"""  { "attributes" : [ {{Compliance}} , {"value":{"intValue":"1"},"key":"b"} ] , {{Ids}} ,"custom":{"spans":[1,2]} }  """);

        AssertOnlyInserted(json, Protect(json), json.IndexOf(" ] , ", StringComparison.Ordinal) + 1);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData(null)]
    public void Protect_SpanUnderAComplianceResourceWithoutAttributes_AddsThem(string? attributes)
    {
        var member = attributes is null ? "" : $",\"attributes\":{attributes}";
        var json = $$$"""{"resourceSpans":[{"scopeSpans":[{"spans":[{{{{Ids}}}{{{member}}}}]}],"resource":{"attributes":[{{{Compliance}}}]}}]}""";

        var verdict = Assert.Single(_evidence.Verify(Encoding.UTF8.GetBytes(Protect(json)), JsonTraceEncoding.Instance));

        Assert.Equal(Verdict.Verified, verdict.Verdict);
    }

    [Theory]
    [InlineData("""{"resource_spans":[]}""", OtlpError.AliasedMember)]
    [InlineData("""{"ResourceSpans":[]}""", OtlpError.AliasedMember)]
    [InlineData("""{"resourceSpans":[{"scopeSpans":[{"spans":[{"trace_id":""}]}]}]}""", OtlpError.AliasedMember)]
    [InlineData("""{"resourceSpans":[{"scopeSpans":[{"spans":[{"attributes":[{"key":"a","value":{"string_value":"x"}}]}]}]}]}""", OtlpError.AliasedMember)]
    [InlineData("""{"resourceSpans":[],"resourceSpans":[]}""", OtlpError.RepeatedMember)]
    [InlineData("""{"resourceSpans":[],"\u0072esourceSpans":[]}""", OtlpError.RepeatedMember)]
    [InlineData("""{"resourceSpans":[{"x":1,"x":2}]}""", OtlpError.RepeatedMember)]
    [InlineData("""{"resourceSpans":[{"scopeSpans":[{"spans":[{"events":[{"name":"a","name":"b"}]}]}]}]}""", OtlpError.RepeatedMember)]
    [InlineData("""{"resourceSpans":{}}""", OtlpError.BrokenJson)]
    [InlineData("""{"resourceSpans":[null]}""", OtlpError.BrokenJson)]
    [InlineData("""{"resourceSpans":[{"scopeSpans":[{"spans":[{"attributes":[{"key":1}]}]}]}]}""", OtlpError.BrokenJson)]
    [InlineData("""{"resourceSpans":[{"scopeSpans":[{"spans":[{"attributes":{}}]}]}]}""", OtlpError.BrokenJson)]
    [InlineData("""{"resourceSpans":[]} x""", OtlpError.BrokenJson)]
    [InlineData("""{"resourceSpans":[],}""", OtlpError.BrokenJson)]
    [InlineData("\uFEFF{}", OtlpError.BrokenJson)]
    [InlineData("[]", OtlpError.BrokenJson)]
    [InlineData("", OtlpError.BrokenJson)]
    public void Protect_WhatReceiversReadDifferently_RefusesTheRequest(string json, OtlpError expected) =>
        Assert.Equal(expected, Assert.Throws<OtlpErrorException>(() => Protect(json)).Error);

    [Fact]
    public void Protect_BytesThatAreNotUtf8_RefusesTheRequest()
    {
        byte[] json = [.. "{\"a\":\""u8, 0xC3, 0x28, .. "\"}"u8];

        Assert.Equal(
            OtlpError.BrokenJson,
            Assert.Throws<OtlpErrorException>(() => _evidence.Protect(json, JsonTraceEncoding.Instance)).Error);
    }

    [Fact]
    public void Protect_AliasBelowTheDepthThatIsRead_IsNotLookedAt()
    {
        var value = """{"string_value":1}""";
        for (var i = 0; i < 40; i++)
        {
            value = $$$"""{"arrayValue":{"values":[{{{value}}}]}}""";
        }

        Protect(Request($$$"""{{{{Ids}}},"attributes":[{"key":"a","value":{{{value}}}}]}"""));
    }

    [Fact]
    public void Protect_HundredThousandNestedArrays_IsRefusedWithoutHarm() =>
        Assert.Equal(
            OtlpError.BrokenJson,
            Assert.Throws<OtlpErrorException>(() => Protect("{\"x\":" + new string('[', 100_000) + new string(']', 100_000) + "}")).Error);

    [Fact]
    public void Protect_TooManySpans_IsRefused() =>
        Assert.Equal(
            OtlpError.TooManySpans,
            Assert.Throws<OtlpErrorException>(() => _evidence.Protect(
                Encoding.UTF8.GetBytes(Request("{},{},{}")), JsonTraceEncoding.Instance, new OtlpLimits { MaxSpans = 2 })).Error);

    [Fact]
    public void Protect_ReservedKeyWithEscapes_IsRenamedOnAnOrdinarySpan()
    {
        var json = Request($$$"""{{{{Ids}}},"attributes":[{"key":"audit.integrity.valu\u0065","value":{"stringValue":"v"}}]}""");

        Assert.Equal(json.Replace("audit.integrity.valu\\u0065", "audit.integrity.value.0", StringComparison.Ordinal), Protect(json));
    }

    // Texts are at most as long as their JSON; with what they decode to, escaped ones are longer.
    [Fact]
    public void Protect_LongBytesWithAnEscape_AreSigned()
    {
        var json = Request($$$"""{{{{Ids}}},"attributes":[{{{Compliance}}},{"key":"b","value":{"bytesValue":"\/{{{new string('/', 64_743)}}}"}}]}""");

        Assert.Contains("audit.integrity.statement", Protect(json), StringComparison.Ordinal);
    }

    [Fact]
    public void Protect_LongIdWithAnEscape_IsMarked()
    {
        var json = Request($$$"""{"spanId":"\u0030{{{new string('0', 65_000)}}}1","attributes":[{{{Compliance}}}]}""");

        Assert.Contains("bad-id", Protect(json), StringComparison.Ordinal);
    }

    private static string Request(string spans) => $$"""{"resourceSpans":[{"scopeSpans":[{"spans":[{{spans}}]}]}]}""";

    private static void AssertOnlyInserted(string original, string changed, int position)
    {
        var added = changed.Length - original.Length;
        Assert.True(added > 0);
        Assert.Equal(original, changed.Remove(position, added));
    }

    private string Protect(string json) => Encoding.UTF8.GetString(_evidence.Protect(Encoding.UTF8.GetBytes(json), JsonTraceEncoding.Instance));
}
