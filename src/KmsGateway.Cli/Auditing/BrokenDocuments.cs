using System.Text.Json;
using KmsGateway.Evidence.Otlp;
using KmsGateway.Evidence.Verification.Inputs;

namespace KmsGateway.Cli.Auditing;

/// <summary>The requests of one file that cannot be read: the first is named, the others are counted.</summary>
internal sealed class BrokenDocuments(string path)
{
    private const string Advice = "Give OTLP as JSON or protobuf, or what Tempo's or Jaeger's API answers as JSON";

    private string? _first;
    private long _count;

    public string? Message => _count switch
    {
        0 => null,
        1 => Advise(_first!),
        _ => $"{_first}, and {_count - 1} more of its requests cannot be read. {Advice}",
    };

    /// <summary>Why a document cannot be read, and what to do.</summary>
    public static string Explain(string path, TraceDocument document, OtlpError error) => Advise(Describe(path, document, error));

    public void AddIf(VerifiedDocument verified)
    {
        if (verified.Error != OtlpError.None)
        {
            _count++;
            _first ??= Describe(path, verified.Document, verified.Error);
        }
    }

    private static string Advise(string trouble) => $"{trouble}. {Advice}";

    private static string Describe(string path, TraceDocument document, OtlpError error) => error switch
    {
        OtlpError.RepeatedMember =>
            $"{path}: {document.Place}: a JSON object repeats a member, and readers differ in which one they take",
        OtlpError.AliasedMember =>
            $"{path}: {document.Place}: a JSON member is spelled as only some readers take it for OTLP's",
        OtlpError.BrokenProtobuf =>
            $"{path}: {document.Place}: not a trace request in protobuf, or cut off",
        _ => FindSyntaxError(document) is { } position
            ? $"{path}: line {position.Line}: not JSON, at byte {position.Byte} of the line"
            : $"{path}: {document.Place}: JSON, but neither an OTLP trace request nor an answer of Tempo's or Jaeger's",
    };

    private static (long Line, long Byte)? FindSyntaxError(TraceDocument document)
    {
        var json = document.Bytes.Span;
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
            return (document.Place.Number - blank + (error.LineNumber ?? 0), (error.BytePositionInLine ?? 0) + 1);
        }
    }
}
