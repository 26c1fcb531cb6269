using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Unicode;
using KmsGateway.Evidence.Otlp;
using KmsGateway.Evidence.Verification.Stores;

namespace KmsGateway.Evidence.Verification.Inputs;

/// <summary>JSON texts: one on each line, or one behind the other over as many lines as they like (docs/format.md, X-31).</summary>
internal sealed class JsonTexts(InputWindow window) : ITraceSource
{
    private readonly ArrayBufferWriter<byte> _otlp = new();
    private long _line = 1;

    public async IAsyncEnumerable<TraceDocument> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var isLines = await ReadFirstLineAsync(cancellationToken);
        await foreach (var document in isLines ? ReadLinesAsync(cancellationToken) : ReadTextsAsync(cancellationToken))
        {
            yield return document;
        }
    }

    /// <summary>Fills the window up to the end of the first line that is not blank. True when that line is a text, or no beginning of one.</summary>
    private async ValueTask<bool> ReadFirstLineAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            SkipBlankLines();
            var length = LineLength(window.Span);
            if (length >= 0 || window.IsLast)
            {
                // With its line break, which no string may hold.
                return !IsBeginOfText(length < 0 ? window.Span : window.Span[..(length + 1)]);
            }

            if (window.IsFull)
            {
                return false;
            }

            await window.FillAsync(cancellationToken);
        }
    }

    private async IAsyncEnumerable<TraceDocument> ReadLinesAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            SkipBlankLines();
            var length = LineLength(window.Span);
            if (length < 0 && !window.IsLast)
            {
                if (window.IsFull)
                {
                    throw TraceLimits.TooLong(Place(0), "the line");
                }

                await window.FillAsync(cancellationToken);
                continue;
            }

            length = length < 0 ? window.Length : length;
            if (length == 0)
            {
                break;
            }

            var text = window.Memory[..length];
            var form = JsonTextForms.Recognise(text.Span);
            if (form == JsonTextForm.Otlp)
            {
                yield return new TraceDocument(
                    Place(0), text, JsonTraceEncoding.Instance, Origin: new TraceOrigin(TraceFraming.Whole, 0, length));
            }
            else
            {
                foreach (var document in PartsOf(text, form))
                {
                    yield return document;
                }
            }

            Advance(length);
            window.EndText();
        }
    }

    /// <summary>The parts of a store's answer that stands on one line.</summary>
    private IEnumerable<TraceDocument> PartsOf(ReadOnlyMemory<byte> text, JsonTextForm form)
    {
        var splitter = new JsonTextSplitter(form);
        JsonTextStep step;
        var offset = 0;
        int consumed;
        while ((step = splitter.Read(text.Span, isLast: true, out var part, out consumed)) == JsonTextStep.Part)
        {
            yield return Document(Place(0), text[part], form, offset + part.Start.Value);
            text = text[consumed..];
            offset += consumed;
        }

        if (step != JsonTextStep.EndOfText || text.Span[consumed..].ContainsAnyExcept(TraceFileForms.JsonWhiteSpace))
        {
            yield return Broken(Place(0), text);
        }
    }

    private async IAsyncEnumerable<TraceDocument> ReadTextsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var splitter = new JsonTextSplitter();
        TracePlace begin = default;
        while (true)
        {
            begin = splitter.HasBegun ? begin : PlaceOfText(0);
            var step = splitter.Read(window.Span, window.IsLast, out var part, out var consumed);
            switch (step)
            {
                case JsonTextStep.Part:
                    yield return Document(Place(part.Start.Value), window.Memory[part], splitter.Form, part.Start.Value);
                    break;
                case JsonTextStep.EndOfText:
                    splitter = new JsonTextSplitter();
                    break;
                case JsonTextStep.Refused:
                    yield return Broken(begin, window.Memory[..consumed]);
                    splitter = new JsonTextSplitter();
                    break;
                case JsonTextStep.NeedsMore when window.IsLast && !splitter.HasBegun:
                    yield break;
                case JsonTextStep.NeedsMore when !window.IsLast && (consumed > 0 || !window.IsFull):
                    break;
                case JsonTextStep.NeedsMore when !window.IsLast:
                    throw TraceLimits.TooLong(PlaceOfText(0), "one ResourceSpans, or one member beside it,");
                default:
                    yield return Broken(PlaceOfText(consumed), window.Memory[consumed..]);
                    yield break;
            }

            Advance(consumed);
            if (step == JsonTextStep.NeedsMore)
            {
                await window.FillAsync(cancellationToken);
            }
            else if (step == JsonTextStep.EndOfText)
            {
                window.EndText();
            }
        }
    }

    private TraceDocument Document(TracePlace place, ReadOnlyMemory<byte> part, JsonTextForm form, int offset)
    {
        var store = JsonTextForms.StoreOf(form);
        _otlp.ResetWrittenCount();
        var isAnswer = StoreAnswers.TryWriteOtlp(part, store, _otlp, window.Limit);
        if (store == TraceStore.Jaeger && _otlp.WrittenCount > window.Limit)
        {
            throw TraceLimits.TooLong(place, "one trace, with its process at each span,");
        }

        return isAnswer
            ? new TraceDocument(
                place,
                _otlp.WrittenMemory,
                JsonTraceEncoding.Instance,
                store,
                Origin: new TraceOrigin(JsonTextForms.FramingOf(form), offset, part.Length))
            : Broken(place, part);
    }

    private static TraceDocument Broken(TracePlace place, ReadOnlyMemory<byte> text) =>
        new(place, text, JsonTraceEncoding.Instance, Error: OtlpError.BrokenJson);

    private TracePlace Place(int offset) => new(_line + window.Span[..offset].Count((byte)'\n'), IsLine: true);

    private TracePlace PlaceOfText(int offset) => Place(offset + BlankLength(window.Span[offset..]));

    private void SkipBlankLines() => Advance(BlankLength(window.Span));

    private static int BlankLength(ReadOnlySpan<byte> bytes) => bytes.Length - bytes.TrimStart(TraceFileForms.JsonWhiteSpace).Length;

    private void Advance(int count)
    {
        _line += window.Span[..count].Count((byte)'\n');
        window.Advance(count);
    }

    private static int LineLength(ReadOnlySpan<byte> bytes) => bytes.IndexOf((byte)'\n');

    private static bool IsBeginOfText(ReadOnlySpan<byte> line)
    {
        if (!Utf8.IsValid(line))
        {
            return false;
        }

        try
        {
            var reader = new Utf8JsonReader(line, isFinalBlock: false, new JsonReaderState(JsonTraceScanner.Options));
            while (reader.Read())
            {
                // To the end, or to what is wrong.
            }

            return reader.CurrentDepth > 0 || reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray;
        }
        catch (JsonException)
        {
            // Broken, as a line may be in the midst of good ones.
            return false;
        }
    }
}
