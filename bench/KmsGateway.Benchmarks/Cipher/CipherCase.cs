using System.Globalization;
using KmsGateway.Evidence.Otlp;

namespace KmsGateway.Benchmarks.Cipher;

/// <summary>A request of compliance spans, with so many sensitive attributes each, of so many bytes.</summary>
internal sealed record CipherCase(ITraceEncoding Encoding, int ValueBytes, int AttributesOfSpan)
{
    private const int Spans = 32;

    public int Values => Spans * AttributesOfSpan;

    private bool IsJson => Encoding is JsonTraceEncoding;

    public byte[] Body() => IsJson
        ? System.Text.Encoding.UTF8.GetBytes(
            $$$"""{"resourceSpans":[{"resource":{"attributes":[{{{Json([("service.name", "checkout")])}}}]},"scopeSpans":[{"spans":[{{{Join(JsonSpan)}}}]}]}]}""")
        : Field(1, [.. Field(1, Field(1, KeyValue("service.name", "checkout"))), .. Field(2, Enumerable.Range(1, Spans).SelectMany(ProtobufSpan))]);

    public override string ToString() => $"{(IsJson ? "JSON" : "protobuf")}, values of {ValueBytes} bytes, {AttributesOfSpan} of each span";

    private static string Join(Func<int, string> span) => string.Join(',', Enumerable.Range(1, Spans).Select(span));

    private static string Json(IEnumerable<(string Key, string Value)> attributes) => string.Join(
        ',', attributes.Select(attribute => $$$"""{"key":"{{{attribute.Key}}}","value":{"stringValue":"{{{attribute.Value}}}"}}"""));

    private static byte[] KeyValue(string key, string value) => [.. Field(1, Text(key)), .. Field(2, Field(1, Text(value)))];

    private static byte[] Text(string text) => System.Text.Encoding.UTF8.GetBytes(text);

    private static byte[] Field(int number, IEnumerable<byte> content)
    {
        byte[] value = [.. content];
        var prefix = new byte[2 * WireWriter.MaxVarint32Length];
        var left = WireWriter.WriteLengthPrefix(prefix, number, value.Length).Length;
        return [.. prefix[..^left], .. value];
    }

    private static byte[] Id(int number, int size) => [.. Enumerable.Repeat((byte)number, size)];

    private string JsonSpan(int number) =>
        $$"""
        {"traceId":"{{Convert.ToHexStringLower(Id(number, 16))}}","spanId":"{{Convert.ToHexStringLower(Id(number, 8))}}","name":"POST /payments","kind":2,
        "attributes":[{{Json(Attributes())}}],"events":[{"name":"accepted","attributes":[{{Json([("queue", "payments")])}}]}]}
        """;

    private byte[] ProtobufSpan(int number) => Field(
        2,
        [
            .. Field(1, Id(number, 16)),
            .. Field(2, Id(number, 8)),
            .. Field(5, Text("POST /payments")),
            .. Attributes().SelectMany(attribute => Field(9, KeyValue(attribute.Key, attribute.Value))),
            .. Field(11, [.. Field(2, Text("accepted")), .. Field(3, KeyValue("queue", "payments"))]),
        ]);

    private IEnumerable<(string Key, string Value)> Attributes() =>
    [
        ("compliance.event", "payment"),
        ("http.request.method", "POST"),
        ("url.path", "/payments"),
        ("server.address", "payments.example"),
        .. Enumerable.Range(0, AttributesOfSpan).Select(
            i => ("pii.text" + i.ToString(CultureInfo.InvariantCulture), new string((char)('a' + i), ValueBytes))),
    ];
}
