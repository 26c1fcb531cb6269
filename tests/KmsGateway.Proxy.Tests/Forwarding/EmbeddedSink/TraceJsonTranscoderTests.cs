using System.Buffers;
using System.Text;
using KmsGateway.Proxy.Forwarding.EmbeddedSink;
using KmsGateway.Proxy.Tests.Support;

namespace KmsGateway.Proxy.Tests.Forwarding.EmbeddedSink;

public sealed class TraceJsonTranscoderTests
{
    [Fact]
    public void TryWrite_EveryField_HasItsOtlpJsonForm()
    {
        var attributes = Attribute("s", new ProtobufMessage().Text(1, "é\"\n<"));
        var span = new ProtobufMessage()
            .Bytes(1, 0xAB, 0xCD).Bytes(2, 0x01).Text(3, "a=b").Bytes(4, 0x02).Text(5, "GET").Varint(6, 3)
            .Fixed64(7, 1_700_000_000_123_456_789).Fixed64(8, ulong.MaxValue)
            .Message(9, attributes).Varint(10, uint.MaxValue)
            .Message(11, new ProtobufMessage().Fixed64(1, 5).Text(2, "e").Message(3, attributes).Varint(4, 1)).Varint(12, 2)
            .Message(13, new ProtobufMessage().Bytes(1, 0xEF).Bytes(2, 0x03).Text(3, "c")
                .Message(4, attributes).Varint(5, 3).Fixed32(6, 257))
            .Varint(14, 4)
            .Message(15, new ProtobufMessage().Text(2, "bad").Varint(3, 2))
            .Fixed32(16, 769)
            .Varint(999, 1);
        var scope = new ProtobufMessage().Text(1, "lib").Text(2, "1.2").Message(3, attributes).Varint(4, 6);
        var resource = new ProtobufMessage().Message(1, attributes).Varint(2, 7)
            .Message(3, new ProtobufMessage().Text(1, "u").Text(2, "service").Text(3, "k1").Text(3, "k2").Text(4, "d"));

        const string Expected = """
            {"resourceSpans":[{"resource":{"attributes":ATTRIBUTES,"droppedAttributesCount":7,
            "entityRefs":[{"schemaUrl":"u","type":"service","idKeys":["k1","k2"],"descriptionKeys":["d"]}]},
            "scopeSpans":[{"scope":{"name":"lib","version":"1.2","attributes":ATTRIBUTES,"droppedAttributesCount":6},
            "spans":[{"traceId":"abcd","spanId":"01","traceState":"a=b","parentSpanId":"02","flags":769,"name":"GET","kind":3,
            "startTimeUnixNano":"1700000000123456789","endTimeUnixNano":"18446744073709551615",
            "attributes":ATTRIBUTES,"droppedAttributesCount":4294967295,
            "events":[{"timeUnixNano":"5","name":"e","attributes":ATTRIBUTES,"droppedAttributesCount":1}],"droppedEventsCount":2,
            "links":[{"traceId":"ef","spanId":"03","traceState":"c","attributes":ATTRIBUTES,"droppedAttributesCount":3,"flags":257}],
            "droppedLinksCount":4,"status":{"message":"bad","code":2}}],
            "schemaUrl":"scope-url"}],"schemaUrl":"resource-url"}]}
            """;
        Assert.Equal(
            Expected.ReplaceLineEndings("").Replace(
                "ATTRIBUTES", """[{"key":"s","value":{"stringValue":"é\"\n<"}}]""", StringComparison.Ordinal),
            Write(new ProtobufMessage().Message(1, new ProtobufMessage()
                .Message(1, resource)
                .Message(2, new ProtobufMessage().Message(1, scope).Message(2, span).Text(3, "scope-url"))
                .Text(3, "resource-url"))));
    }

    [Fact]
    public void TryWrite_EachKindOfValue_HasItsOtlpJsonForm()
    {
        AssertValue("""{"stringValue":""}""", new ProtobufMessage().Text(1, ""));
        AssertValue("""{"boolValue":false}""", new ProtobufMessage().Varint(2, 0));
        AssertValue("""{"intValue":"-9223372036854775808"}""", new ProtobufMessage().Varint(3, long.MinValue));
        AssertValue("""{"intValue":"0"}""", new ProtobufMessage().Varint(3, 0));
        AssertValue("""{"doubleValue":0.1}""", new ProtobufMessage().Double(4, 0.1));
        AssertValue("""{"doubleValue":-0}""", new ProtobufMessage().Double(4, -0.0));
        AssertValue("""{"doubleValue":"NaN"}""", new ProtobufMessage().Double(4, double.NaN));
        AssertValue("""{"doubleValue":"Infinity"}""", new ProtobufMessage().Double(4, double.PositiveInfinity));
        AssertValue("""{"doubleValue":"-Infinity"}""", new ProtobufMessage().Double(4, double.NegativeInfinity));
        AssertValue("""{"arrayValue":{}}""", new ProtobufMessage().Message(5, new ProtobufMessage()));
        AssertValue(
            """{"arrayValue":{"values":[{"intValue":"1"},{}]}}""",
            new ProtobufMessage().Message(5, new ProtobufMessage()
                .Message(1, new ProtobufMessage().Varint(3, 1))
                .Message(1, new ProtobufMessage())));
        AssertValue(
            """{"kvlistValue":{"values":[{"key":"k","value":{"boolValue":true}}]}}""",
            new ProtobufMessage().Message(6, new ProtobufMessage().Message(1, Attribute("k", new ProtobufMessage().Varint(2, 1)))));
        AssertValue("""{"bytesValue":"+/8="}""", new ProtobufMessage().Bytes(7, 0xFB, 0xFF));
        AssertValue("""{}""", new ProtobufMessage());
        AssertValue("""{"intValue":"2"}""", new ProtobufMessage().Text(1, "first").Varint(3, 2));
        AssertValue("{\"stringValue\":\"\uFFFD\"}", new ProtobufMessage().Bytes(1, 0xFF));
    }

    [Fact]
    public void TryWrite_NothingAtAll_IsAnEmptyObject() => Assert.Equal("{}", Write(new ProtobufMessage()));

    [Theory]
    [InlineData("0A05")]
    [InlineData("0A0112")]
    [InlineData("FF")]
    public void TryWrite_BrokenBytes_IsRefused(string hex) =>
        Assert.False(TraceJsonTranscoder.TryWrite(Convert.FromHexString(hex), new ArrayBufferWriter<byte>()));

    [Fact]
    public void TryWrite_NestedWithoutEnd_IsRefused()
    {
        var value = new ProtobufMessage().Varint(2, 1);
        for (var i = 0; i < 2_000; i++)
        {
            value = new ProtobufMessage().Message(5, new ProtobufMessage().Message(1, value));
        }

        Assert.False(TraceJsonTranscoder.TryWrite(Request(value).ToArray(), new ArrayBufferWriter<byte>()));
    }

    private static void AssertValue(string expected, ProtobufMessage value) => Assert.Equal(
        """{"resourceSpans":[{"resource":{"attributes":[{"key":"k","value":""" + expected + "}]}}]}",
        Write(Request(value)));

    private static ProtobufMessage Request(ProtobufMessage value) => new ProtobufMessage()
        .Message(1, new ProtobufMessage().Message(1, new ProtobufMessage().Message(1, Attribute("k", value))));

    private static ProtobufMessage Attribute(string key, ProtobufMessage value) => new ProtobufMessage().Text(1, key).Message(2, value);

    private static string Write(ProtobufMessage request)
    {
        var output = new ArrayBufferWriter<byte>();
        Assert.True(TraceJsonTranscoder.TryWrite(request.ToArray(), output));
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
