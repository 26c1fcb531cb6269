using System.Globalization;
using System.Text.Json;

namespace KmsGateway.Cli.Tests.Fixtures;

/// <summary>Export requests as OTLP/JSON, on one line.</summary>
internal static class Requests
{
    public const string TraceId = "5b8efff798038103d269b633813fc60c";

    public static string Compliance(int number = 1, string name = "approve payment", string amount = "250.00 EUR") =>
        Of(Span(number, name, ("compliance.amount", amount), ("url.path", "/payments")));

    public static string Ordinary(int number = 99) => Of(Span(number, "list catalogue", ("url.path", "/catalogue")));

    public static string Of(params string[] spans) =>
        """{"resourceSpans":[{"resource":{"attributes":[]},"scopeSpans":[{"scope":{"name":"tests"},"spans":["""
        + string.Join(',', spans)
        + "]}]}]}";

    public static string Span(int number, string name, params (string Key, string Value)[] attributes) =>
        $$"""{"traceId":"{{TraceId}}","spanId":"{{SpanId(number)}}","name":{{Json(name)}},"""
        + """ "kind":2,"startTimeUnixNano":"1","endTimeUnixNano":"2","attributes":["""
        + string.Join(',', attributes.Select(pair => $$$"""{"key":{{{Json(pair.Key)}}},"value":{"stringValue":{{{Json(pair.Value)}}}}}"""))
        + "]}";

    public static string SpanId(int number) => number.ToString("x16", CultureInfo.InvariantCulture);

    private static string Json(string text) => JsonSerializer.Serialize(text);
}
