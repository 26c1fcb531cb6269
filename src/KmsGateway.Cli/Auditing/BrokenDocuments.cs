using System.Text.Json;
using KmsGateway.Evidence.Otlp;
using KmsGateway.Evidence.Verification;

namespace KmsGateway.Cli.Auditing;

/// <summary>The requests of one file that cannot be read: the first is named, the others are counted.</summary>
internal sealed class BrokenDocuments(string path)
{
    private string? _first;
    private long _count;

    public string? Message => _count switch
    {
        0 => null,
        1 => $"{_first}. Give OTLP/JSON: one export request per line, or one in the whole file",
        _ => $"{_first}, and {_count - 1} more of its requests cannot be read. "
            + "Give OTLP/JSON: one export request per line, or one in the whole file",
    };

    public void Add(TraceDocument document, OtlpError error)
    {
        _count++;
        _first ??= error switch
        {
            OtlpError.RepeatedMember =>
                $"{path}: line {document.Line}: a JSON object repeats a member, and readers differ in which one they take",
            OtlpError.AliasedMember =>
                $"{path}: line {document.Line}: a JSON member is spelled as only some readers take it for OTLP's",
            _ => FindSyntaxError(document) is { } position
                ? $"{path}: line {position.Line}: not JSON, at byte {position.Byte} of the line"
                : $"{path}: line {document.Line}: JSON, but not an OTLP trace request",
        };
    }

    private static (long Line, long Byte)? FindSyntaxError(TraceDocument document)
    {
        var json = document.Json.Span;
        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = int.MaxValue });
            while (reader.Read())
            {
                // The end or the error is what is looked for.
            }

            return null;
        }
        catch (JsonException error)
        {
            // The number of a document is that of its first line with text in it.
            var blank = json[..(json.Length - json.TrimStart(" \t\r\n"u8).Length)].Count((byte)'\n');
            return (document.Line - blank + (error.LineNumber ?? 0), (error.BytePositionInLine ?? 0) + 1);
        }
    }
}
