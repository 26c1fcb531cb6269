using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using KmsGateway.Evidence.Otlp;

namespace KmsGateway.Evidence.Verification.Inputs;

/// <summary>
/// Takes one JSON text apart into the elements of the array that holds its spans, so that a large one is never held as a whole. What stands
/// around that array is checked here; the elements are for whoever reads them.
/// </summary>
/// <param name="known">
/// What the text is, where somebody has looked at all of it. Else the first array decides, and a text in which a later one would have
/// decided otherwise is refused.
/// </param>
internal sealed class JsonTextSplitter(JsonTextForm? known = null)
{
    // Their names are kept, and no request and no answer has so many beside its spans.
    private const int MaxMembers = 1_000;

    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly HashSet<string> _namesInTrace = new(StringComparer.Ordinal);
    private JsonReaderState _state = new(JsonTraceScanner.Options);
    private Level _level;
    private bool _hasCarrier;
    private bool _isInTrace;
    private bool _hasArrayInTrace;
    private bool _hasAlias;
    private bool _isRefused;
    private bool? _hasBase64Ids;
    private JsonTextForm? _form = known;

    private enum Level
    {
        BeforeText = 0,
        Members,
        Elements,
    }

    public bool HasBegun => _level != Level.BeforeText;

    /// <summary>What the text is, as far as it has been read.</summary>
    public JsonTextForm Form => _form switch
    {
        null => JsonTextForm.Otlp,
        JsonTextForm.Otlp when _hasBase64Ids == true => JsonTextForm.OtlpOfTempo,
        { } form => form,
    };

    /// <summary>Goes to the next part.</summary>
    /// <param name="text">From where the last call has consumed it.</param>
    /// <param name="isLast">Nothing comes behind it.</param>
    /// <param name="part">The part, within <paramref name="text"/>.</param>
    /// <param name="consumed">What the next call must not be given again.</param>
    public JsonTextStep Read(ReadOnlySpan<byte> text, bool isLast, out Range part, out int consumed)
    {
        part = default;
        consumed = 0;
        try
        {
            while (true)
            {
                var rest = text[consumed..];
                var reader = new Utf8JsonReader(rest, isLast, _state);
                var step = _level switch
                {
                    Level.BeforeText => ReadBegin(ref reader, rest),
                    Level.Members => ReadMember(ref reader, rest),
                    _ => ReadElement(ref reader, rest, consumed, out part),
                };
                if (step is JsonTextStep.NeedsMore or JsonTextStep.Broken)
                {
                    return step;
                }

                consumed += (int)reader.BytesConsumed;
                _state = reader.CurrentState;
                if (step != JsonTextStep.GoesOn)
                {
                    return step;
                }
            }
        }
        catch (JsonException)
        {
            return JsonTextStep.Broken;
        }
    }

    // A reader that is told that nothing comes behind white space takes it for an error.
    private JsonTextStep ReadBegin(ref Utf8JsonReader reader, ReadOnlySpan<byte> rest)
    {
        if (!rest.ContainsAnyExcept(TraceFileForms.JsonWhiteSpace) || !reader.Read())
        {
            return JsonTextStep.NeedsMore;
        }

        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return reader.TrySkip() ? JsonTextStep.Refused : JsonTextStep.NeedsMore;
        }

        _level = Level.Members;
        return JsonTextStep.GoesOn;
    }

    private JsonTextStep ReadElement(ref Utf8JsonReader reader, ReadOnlySpan<byte> rest, int offset, out Range part)
    {
        part = default;
        if (!reader.Read())
        {
            return JsonTextStep.NeedsMore;
        }

        if (reader.TokenType == JsonTokenType.EndArray)
        {
            _level = Level.Members;
            return JsonTextStep.GoesOn;
        }

        var start = (int)reader.TokenStartIndex;
        if (!reader.TrySkip())
        {
            return JsonTextStep.NeedsMore;
        }

        var end = (int)reader.BytesConsumed;
        LookForIds(rest[start..end]);
        part = (start + offset)..(end + offset);
        return JsonTextStep.Part;
    }

    // A step is taken as a whole or not at all: what it remembers, it remembers at its end.
    private JsonTextStep ReadMember(ref Utf8JsonReader reader, ReadOnlySpan<byte> rest)
    {
        if (!reader.Read())
        {
            return JsonTextStep.NeedsMore;
        }

        if (reader.TokenType == JsonTokenType.EndObject)
        {
            return ReadEnd();
        }

        var start = (int)reader.TokenStartIndex;
        var name = JsonText.ToText(reader);
        var names = _isInTrace ? _namesInTrace : _names;
        if (names.Count == MaxMembers)
        {
            return JsonTextStep.Broken;
        }

        if (!reader.Read())
        {
            return JsonTextStep.NeedsMore;
        }

        var isAlias = !_isInTrace && name != "resourceSpans" && JsonMembers.Request.IsAlias(Encoding.UTF8.GetBytes(name));
        var carries = CarriesSpans(name, out var form) && reader.TokenType != JsonTokenType.Null;
        var isRefused = _isRefused || names.Contains(name) || (carries && !CanEnter(reader.TokenType, isTrace: name == "trace"));
        var step = carries && !isRefused
            ? Enter(form, isTrace: name == "trace")
            : Skip(ref reader, rest, start, name);
        if (step == JsonTextStep.GoesOn)
        {
            _hasAlias |= isAlias;
            _isRefused = isRefused;
            names.Add(name);
        }

        return step;
    }

    private JsonTextStep ReadEnd()
    {
        if (_isInTrace)
        {
            _isInTrace = false;
            return JsonTextStep.GoesOn;
        }

        _level = Level.BeforeText;
        _isRefused |= _hasAlias && Form is JsonTextForm.Otlp or JsonTextForm.OtlpOfTempo;
        return _isRefused ? JsonTextStep.Refused : JsonTextStep.EndOfText;
    }

    /// <summary>Whether this member is the array of the spans or leads to it. Beside a form that comes first in the list, it is a member like any other.</summary>
    private bool CarriesSpans(string name, out JsonTextForm form)
    {
        (var carries, form) = (_isInTrace, name) switch
        {
            (false, "resourceSpans") => (true, JsonTextForm.Otlp),
            (false, "batches" or "trace") or (true, "batches" or "resourceSpans") => (true, JsonTextForm.TempoAnswer),
            (false, "data") => (true, JsonTextForm.JaegerAnswer),
            _ => default,
        };
        return carries && !(form > _form);
    }

    private bool CanEnter(JsonTokenType token, bool isTrace) =>
        !(_isInTrace ? _hasArrayInTrace : _hasCarrier)
        && token == (isTrace ? JsonTokenType.StartObject : JsonTokenType.StartArray);

    private JsonTextStep Enter(JsonTextForm form, bool isTrace)
    {
        _hasArrayInTrace |= _isInTrace;
        _hasCarrier = true;
        _form ??= form;
        _isInTrace |= isTrace;
        _level = isTrace ? Level.Members : Level.Elements;
        return JsonTextStep.GoesOn;
    }

    private JsonTextStep Skip(ref Utf8JsonReader reader, ReadOnlySpan<byte> rest, int start, string name)
    {
        var valueStart = (int)reader.TokenStartIndex;
        var isBase64Id = name == "traceId" ? JsonTextForms.IsBase64Id(reader) : (bool?)null;
        if (!reader.TrySkip())
        {
            return JsonTextStep.NeedsMore;
        }

        var end = (int)reader.BytesConsumed;
        if (!Utf8.IsValid(rest[start..end]))
        {
            return JsonTextStep.Broken;
        }

        _hasBase64Ids ??= isBase64Id;
        LookForIds(rest[valueStart..end]);
        return JsonTextStep.GoesOn;
    }

    private void LookForIds(ReadOnlySpan<byte> value)
    {
        if (Form == JsonTextForm.Otlp)
        {
            _hasBase64Ids ??= JsonTextForms.HasBase64Ids(value);
        }
    }
}
