using System.Text;
using CsCheck;
using Google.Protobuf;
using KmsGateway.Evidence.Encryption;
using KmsGateway.Evidence.Otlp;
using KmsGateway.Evidence.Signing;
using KmsGateway.Evidence.Tests.Properties;
using KmsGateway.Testing.Traces;
using OpenTelemetry.Proto.Collector.Trace.V1;
using Xunit;

namespace KmsGateway.Evidence.Tests.Encryption;

public sealed class EncryptedRequestTests : IDisposable
{
    private const string TraceId = "5b8efff798038103d269b633813fc60c";
    private const string SpanId = "eee19b7ec3c1b174";

    private readonly EncryptionFixture _encryption = new();

    public static TheoryData<bool> BothEncodings => [false, true];

    public void Dispose() => _encryption.Dispose();

    [Theory]
    [MemberData(nameof(BothEncodings))]
    public void Restore_EveryTypeInEveryPlace_GivesTheSameContent(bool isJson)
    {
        var request = TraceRequests.Of(SpanBuilder.Compliance().Everything().Build(), SpanBuilder.Ordinary().Everything().Build());

        AssertRoundTrip(request, isJson);
    }

    [Theory]
    [MemberData(nameof(BothEncodings))]
    public void Restore_AnyRequest_GivesTheSameContent(bool isJson) =>
        RequestGenerator.Request.Sample(request => AssertRoundTrip(request, isJson), iter: 100, threads: 1);

    [Fact]
    public void Restore_JsonWithWhiteSpaceAndEscapes_ChangesNothingElse()
    {
        var json = Json("""{ "key" : "pii.\u0061\"" , "value" : { "stringValue" : "clear" } }""");
        var encrypted = Encoding.UTF8.GetString(_encryption.Encrypt(Encoding.UTF8.GetBytes(json), JsonTraceEncoding.Instance, out _));

        // As encoders write it that escape what need not be.
        var spelledOtherwise = encrypted.Replace("kmsgw-enc/1.", "\\u006bmsgw-enc\\/1.", StringComparison.Ordinal);
        var restored = _encryption.Decrypt(Encoding.UTF8.GetBytes(spelledOtherwise), JsonTraceEncoding.Instance);

        Assert.Equal(
            Json("""{"key":"pii.\u0061\"","value":{"stringValue":"clear"}}"""), Encoding.UTF8.GetString(restored));
    }

    [Fact]
    public void Restore_KeyValueWithoutCanonicalFormInJson_GivesItsBytesBack()
    {
        var json = Json("""{ "value":{"intValue":5.0, "x":[1, 2]},"key":"pii.a","more":{} }""");
        var encrypted = _encryption.Encrypt(Encoding.UTF8.GetBytes(json), JsonTraceEncoding.Instance, out var values);

        Assert.Equal(1, values);
        Assert.Equal(json, Encoding.UTF8.GetString(_encryption.Decrypt(encrypted, JsonTraceEncoding.Instance)));
    }

    [Fact]
    public void Restore_KeyValueWithoutCanonicalFormInProtobuf_GivesItsBytesBack()
    {
        var body = Protobuf([.. "\x0a\x05pii.a"u8, 0x12, 0x02, 0x1A, 0x00, 0x3A, 0x01, .. "x"u8]);
        var encrypted = _encryption.Encrypt(body, ProtobufTraceEncoding.Instance, out _);

        Assert.NotEqual(body, encrypted);
        Assert.Equal(body, _encryption.Decrypt(encrypted, ProtobufTraceEncoding.Instance));
    }

    [Fact]
    public void Restore_KeyThatIsNotUtf8_GivesItsBytesBack()
    {
        var body = Protobuf([0x0A, 0x05, .. "pii."u8, 0xFF, 0x12, 0x03, 0x0A, 0x01, .. "x"u8]);
        var encrypted = _encryption.Encrypt(body, ProtobufTraceEncoding.Instance, out _);

        Assert.NotEqual(body, encrypted);
        Assert.Equal(body, _encryption.Decrypt(encrypted, ProtobufTraceEncoding.Instance));
    }

    [Fact]
    public void Restore_KeyValueOfTheOtherEncoding_NamesTheAttributeAndChangesNothing()
    {
        var body = Protobuf([.. "\x0a\x05pii.a"u8, 0x12, 0x02, 0x1A, 0x00, 0x3A, 0x01, .. "x"u8]);
        var transcoded = OtlpJson.Format(
            ExportTraceServiceRequest.Parser.ParseFrom(_encryption.Encrypt(body, ProtobufTraceEncoding.Instance, out _)));

        AssertRefused("pii.a", RestoreRefusal.OtherEncoding, transcoded);
    }

    [Fact]
    public void Restore_KeyValueThatSomebodyAddedTo_NamesTheAttributeAndChangesNothing()
    {
        var encrypted = Text(Json("""{"key":"pii.a","value":{"stringValue":"clear"}}"""));

        AssertRefused(
            "pii.a",
            RestoreRefusal.MoreThanAValue,
            Encoding.UTF8.GetBytes(encrypted.Replace("{\"key\":\"pii.a\",", "{\"key\":\"pii.a\",\"x\":1,", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(SpanId, "eee19b7ec3c1b175", "pii.a")]
    [InlineData(TraceId, "5b8efff798038103d269b633813fc60d", "pii.a")]
    [InlineData("\"pii.a\"", "\"pii.b\"", "pii.b")]
    [InlineData("\"attributes\"", "\"events\":[{\"attributes\"", "pii.a")]
    public void Open_ValueThatWasMoved_NamesTheAttributeAndChangesNothing(string from, string to, string key)
    {
        var moved = Text(Json("""{"key":"pii.a","value":{"stringValue":"clear"}}""")).Replace(from, to, StringComparison.Ordinal);
        moved = to.Contains('[', StringComparison.Ordinal) ? moved.Replace("}]}]}]}]}", "}]}]}]}]}]}", StringComparison.Ordinal) : moved;

        AssertRefused(key, DecryptionRefusal.WrongPlace, Encoding.UTF8.GetBytes(moved));
    }

    [Fact]
    public void Read_SignedSpan_HasTheTenantOfItsStatement()
    {
        using var evidence = new EvidenceFixture();
        var body = TraceRequests.Of(SpanBuilder.Compliance().Attribute("pii.a", "clear").Build()).ToByteArray();
        var signed = evidence.Protect(_encryption.Encrypt(body, ProtobufTraceEncoding.Instance, out _), ProtobufTraceEncoding.Instance);

        Assert.Equal(OtlpError.None, EncryptedRequest.TryRead(signed, ProtobufTraceEncoding.Instance, out var request));

        Assert.NotEmpty(request.Values);
        Assert.All(request.Values, value => Assert.Equal(EvidenceFixture.Tenant, value.Location.Tenant));
    }

    [Fact]
    public void Read_TwoStatements_HasNoTenant()
    {
        using var evidence = new EvidenceFixture();
        var body = TraceRequests.Of(SpanBuilder.Compliance().Build()).ToByteArray();
        var signed = ExportTraceServiceRequest.Parser.ParseFrom(
            evidence.Protect(_encryption.Encrypt(body, ProtobufTraceEncoding.Instance, out _), ProtobufTraceEncoding.Instance));
        var span = TraceRequests.SpansOf(signed).Single();
        span.Attributes.Add(span.Attributes.Single(attribute => attribute.Key == SignatureAttributes.Statement));

        Assert.Equal(OtlpError.None, EncryptedRequest.TryRead(signed.ToByteArray(), ProtobufTraceEncoding.Instance, out var request));

        Assert.All(request.Values, value => Assert.Null(value.Location.Tenant));
    }

    [Fact]
    public void Read_WhatOnlyLooksEncrypted_FindsNothing()
    {
        var json = Json(
            """{"key":"pii.a","value":{"stringValue":"kmsgw-enc/1.withheld"}},"""
            + """{"key":"pii.b","value":{"arrayValue":{"values":[{"stringValue":"kmsgw-enc/1.a.b.c.d"}]}}}""");

        Assert.Equal(OtlpError.None, EncryptedRequest.TryRead(Encoding.UTF8.GetBytes(json), JsonTraceEncoding.Instance, out var request));

        Assert.Empty(request.Values);
    }

    [Theory]
    [InlineData("{\"resourceSpans\":{}}", OtlpError.BrokenJson)]
    [InlineData("{\"resourceSpans\":[],\"resourceSpans\":[]}", OtlpError.RepeatedMember)]
    public void Read_RequestThatCannotBeDecoded_SaysSo(string json, OtlpError expected) =>
        Assert.Equal(expected, EncryptedRequest.TryRead(Encoding.UTF8.GetBytes(json), JsonTraceEncoding.Instance, out _));

    private void AssertRoundTrip(ExportTraceServiceRequest request, bool isJson)
    {
        ITraceEncoding encoding = isJson ? JsonTraceEncoding.Instance : ProtobufTraceEncoding.Instance;
        var body = isJson ? OtlpJson.Format(request) : request.ToByteArray();
        var encrypted = _encryption.Encrypt(body, encoding, out var values);
        Assert.Equal(OtlpError.None, EncryptedRequest.TryRead(encrypted, encoding, out var found));
        Assert.Equal(values, found.Values.Count);

        var restored = _encryption.Decrypt(encrypted, encoding);

        Assert.Equal(Digests(body, encoding), Digests(restored, encoding));
        Assert.Equal(OtlpError.None, EncryptedRequest.TryRead(restored, encoding, out var nothing));
        Assert.Empty(nothing.Values);
    }

    private void AssertRefused(string key, object why, byte[] body)
    {
        var refused = new List<string>();

        var after = _encryption.Decrypt(
            body,
            JsonTraceEncoding.Instance,
            (value, reason) => refused.Add($"{Encoding.UTF8.GetString(value.Location.Key.Span)}: {reason}"));

        Assert.Equal([$"{key}: {why}"], refused);
        Assert.Equal(Encoding.UTF8.GetString(body), Encoding.UTF8.GetString(after));
    }

    private string Text(string json) =>
        Encoding.UTF8.GetString(_encryption.Encrypt(Encoding.UTF8.GetBytes(json), JsonTraceEncoding.Instance, out _));

    private static List<string> Digests(byte[] body, ITraceEncoding encoding)
    {
        var scan = new TraceScan();
        Assert.Equal(OtlpError.None, encoding.Scan(body, new KeyPatterns(["*"]), KeyPatterns.None, new OtlpLimits(), scan));
        var canonical = new CanonicalSpan(ReservedKeys.Rename);
        var coverage = new Coverage(new KeyPatterns(["*"]), new KeyPatterns(["*"]));
        var digests = new List<string>();
        foreach (var span in scan.Spans)
        {
            Assert.Equal(OtlpError.None, canonical.Read(encoding, body, span, coverage));
            Assert.Equal(SpanIssues.None, canonical.Issues);
            digests.AddRange(Enum.GetValues<SpanGroup>().Select(group => Convert.ToHexString(canonical.Digests[group])));
        }

        return digests;
    }

    private static string Json(string attributes) =>
        $$$"""{"resourceSpans":[{"scopeSpans":[ {"spans":[{"traceId":"{{{TraceId}}}","spanId":"{{{SpanId}}}","attributes":[{{{attributes}}}]}]}]}]}""";

    private static byte[] Protobuf(byte[] keyValue)
    {
        byte[] span =
        [
            0x0A, 16, .. Convert.FromHexString(TraceId), 0x12, 8, .. Convert.FromHexString(SpanId), 0x4A, (byte)keyValue.Length, .. keyValue,
        ];
        byte[] scope = [0x12, (byte)span.Length, .. span];
        byte[] resource = [0x12, (byte)scope.Length, .. scope];
        return [0x0A, (byte)resource.Length, .. resource];
    }
}
