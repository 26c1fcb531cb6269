using System.Globalization;
using System.Text;
using System.Text.Json;
using KmsGateway.Evidence.Otlp;

namespace KmsGateway.Cli.Sending;

/// <summary>The partial success of an ExportTraceServiceResponse: spans that the receiver dropped although it took the request.</summary>
internal sealed record PartialSuccess(long RejectedSpans, string Message)
{
    private const int ResponsePartialSuccess = 1;
    private const int PartialRejectedSpans = 1;
    private const int PartialErrorMessage = 2;

    private static readonly PartialSuccess None = new(0, "");

    public static PartialSuccess FromProtobuf(ReadOnlySpan<byte> response)
    {
        var fields = new WireReader(response);
        while (fields.Read())
        {
            if (fields is { Field: ResponsePartialSuccess, Type: WireType.LengthDelimited })
            {
                return Read(fields.Message);
            }
        }

        return None;
    }

    public static PartialSuccess FromJson(ReadOnlyMemory<byte> response)
    {
        try
        {
            using var document = JsonDocument.Parse(response);
            if (document.RootElement is not { ValueKind: JsonValueKind.Object } root
                || !root.TryGetProperty("partialSuccess", out var partial) || partial.ValueKind != JsonValueKind.Object)
            {
                return None;
            }

            var rejected = partial.TryGetProperty("rejectedSpans", out var spans)
                && long.TryParse(spans.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var count)
                    ? count
                    : 0;
            return new PartialSuccess(rejected, partial.TryGetProperty("errorMessage", out var message) ? message.ToString() : "");
        }
        catch (JsonException)
        {
            return None;
        }
    }

    private static PartialSuccess Read(WireReader fields)
    {
        var result = None;
        while (fields.Read())
        {
            result = fields.Field switch
            {
                PartialRejectedSpans => result with { RejectedSpans = (long)fields.Number },
                PartialErrorMessage when fields.Type == WireType.LengthDelimited =>
                    result with { Message = Encoding.UTF8.GetString(fields.Value) },
                _ => result,
            };
        }

        return result;
    }
}
