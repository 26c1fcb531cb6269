using Google.Protobuf;
using OpenTelemetry.Proto.Common.V1;

namespace KmsGateway.Testing.Traces;

/// <summary>OTLP values from plain ones.</summary>
public static class AnyValues
{
    /// <summary>
    /// null is a value that is not set; a dictionary-like list of pairs is a kvlist; any other list is an array.
    /// </summary>
    public static AnyValue From(object? value) => value switch
    {
        null => new AnyValue(),
        AnyValue any => any,
        string text => new AnyValue { StringValue = text },
        bool flag => new AnyValue { BoolValue = flag },
        int number => new AnyValue { IntValue = number },
        long number => new AnyValue { IntValue = number },
        double number => new AnyValue { DoubleValue = number },
        byte[] bytes => new AnyValue { BytesValue = ByteString.CopyFrom(bytes) },
        IEnumerable<KeyValuePair<string, object?>> pairs => new AnyValue { KvlistValue = new KeyValueList { Values = { Pairs(pairs) } } },
        IEnumerable<object?> elements => new AnyValue { ArrayValue = new ArrayValue { Values = { elements.Select(From) } } },
        _ => throw new ArgumentException($"{value.GetType()} is no type of an OTLP value.", nameof(value)),
    };

    public static KeyValue Pair(string key, object? value) => new() { Key = key, Value = From(value) };

    public static IEnumerable<KeyValue> Pairs(IEnumerable<KeyValuePair<string, object?>> pairs) =>
        pairs.Select(pair => Pair(pair.Key, pair.Value));

    /// <summary>An attribute of every type, with the values that encoders and canonical forms get wrong.</summary>
    public static IReadOnlyList<KeyValue> OfEveryType() =>
    [
        Pair("text", "plain"),
        Pair("text.empty", ""),
        Pair("text.escapes", "quote \" backslash \\ slash / tab \t newline \n return \r nul \0 bell \a delete \u007f"),
        Pair("text.unicode", "Grüße, \u65e5\u672c\u8a9e, \ud83d\ude80\ud834\udd1e, e\u0301, \u2028\u2029\ufeff"),
        Pair("text.html", "<a href='x'>&amp;</a>"),
        Pair("bool.true", true),
        Pair("bool.false", false),
        Pair("int.zero", 0),
        Pair("int.negative", -1),
        Pair("int.beyond.double", 9_007_199_254_740_993),
        Pair("int.max", long.MaxValue),
        Pair("int.min", long.MinValue),
        Pair("double.zero", 0.0),
        Pair("double.negative.zero", -0.0),
        Pair("double.whole", 123.0),
        Pair("double.fraction", 0.1),
        Pair("double.large", 1e21),
        Pair("double.small", 1e-7),
        Pair("double.max", double.MaxValue),
        Pair("double.epsilon", double.Epsilon),
        Pair("double.nan", double.NaN),
        Pair("double.infinity", double.PositiveInfinity),
        Pair("double.negative.infinity", double.NegativeInfinity),
        Pair("bytes", new byte[] { 0, 1, 127, 128, 255 }),
        Pair("bytes.empty", Array.Empty<byte>()),
        Pair("array", new object?[] { "a", 1, 2.5, true, new object?[] { "nested" } }),
        Pair("array.empty", Array.Empty<object?>()),
        Pair("map", new Dictionary<string, object?> { ["z"] = 1, ["a"] = new Dictionary<string, object?> { ["deep"] = "er" } }),
        Pair("map.empty", new Dictionary<string, object?>()),
        Pair("unset", null),
        Pair("key.\ud83d\ude80.\ufb33", "keys sort by UTF-16 code units, not by bytes"),
    ];
}
