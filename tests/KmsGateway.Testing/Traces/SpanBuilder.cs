using System.Security.Cryptography;
using Google.Protobuf;
using OpenTelemetry.Proto.Trace.V1;

namespace KmsGateway.Testing.Traces;

/// <summary>A span that is complete unless a test says otherwise.</summary>
public sealed class SpanBuilder
{
    /// <summary>2026-01-02T03:04:05.006007008Z: every digit counts, a store that rounds is noticed.</summary>
    public const ulong StartTime = 1_767_323_045_006_007_008;

    private readonly Span _span = new()
    {
        TraceId = RandomId(16),
        SpanId = RandomId(8),
        Name = "operation",
        Kind = Span.Types.SpanKind.Server,
        StartTimeUnixNano = StartTime,
        EndTimeUnixNano = StartTime + 1_500_001,
    };

    /// <summary>A span that the default rules sign.</summary>
    public static SpanBuilder Compliance(string name = "payment.approve") => new SpanBuilder()
        .Name(name)
        .Attribute("compliance.framework", "SOX")
        .Attribute("compliance.control", "AC-2");

    /// <summary>A span that the default rules let pass as it is.</summary>
    public static SpanBuilder Ordinary(string name = "GET /products") => new SpanBuilder()
        .Name(name)
        .Attribute("http.request.method", "GET");

    public SpanBuilder Ids(byte[] traceId, byte[] spanId)
    {
        _span.TraceId = ByteString.CopyFrom(traceId);
        _span.SpanId = ByteString.CopyFrom(spanId);
        return this;
    }

    public SpanBuilder Name(string name)
    {
        _span.Name = name;
        return this;
    }

    public SpanBuilder Kind(Span.Types.SpanKind kind)
    {
        _span.Kind = kind;
        return this;
    }

    public SpanBuilder Times(ulong start, ulong end)
    {
        _span.StartTimeUnixNano = start;
        _span.EndTimeUnixNano = end;
        return this;
    }

    /// <summary>A parent in the same trace; a random one if not given.</summary>
    public SpanBuilder Parent(byte[]? spanId = null)
    {
        _span.ParentSpanId = spanId is null ? RandomId(8) : ByteString.CopyFrom(spanId);
        return this;
    }

    public SpanBuilder Status(Status.Types.StatusCode code, string message = "")
    {
        _span.Status = new Status { Code = code, Message = message };
        return this;
    }

    public SpanBuilder TraceState(string traceState)
    {
        _span.TraceState = traceState;
        return this;
    }

    public SpanBuilder Flags(uint flags)
    {
        _span.Flags = flags;
        return this;
    }

    /// <summary><paramref name="value"/> as in <see cref="AnyValues.From"/>. The same key twice stays twice.</summary>
    public SpanBuilder Attribute(string key, object? value)
    {
        _span.Attributes.Add(AnyValues.Pair(key, value));
        return this;
    }

    public SpanBuilder AttributesOfEveryType()
    {
        _span.Attributes.Add(AnyValues.OfEveryType());
        return this;
    }

    public SpanBuilder Event(string name, params (string Key, object? Value)[] attributes)
    {
        _span.Events.Add(new Span.Types.Event
        {
            Name = name,
            TimeUnixNano = StartTime + 1_000 + (ulong)_span.Events.Count,
            Attributes = { attributes.Select(a => AnyValues.Pair(a.Key, a.Value)) },
        });
        return this;
    }

    public SpanBuilder Link(params (string Key, object? Value)[] attributes)
    {
        _span.Links.Add(new Span.Types.Link
        {
            TraceId = RandomId(16),
            SpanId = RandomId(8),
            TraceState = "vendor=1",
            Attributes = { attributes.Select(a => AnyValues.Pair(a.Key, a.Value)) },
            Flags = 0x301,
        });
        return this;
    }

    /// <summary>Fills every field a span has.</summary>
    public SpanBuilder Everything()
    {
        _span.DroppedAttributesCount = 1;
        _span.DroppedEventsCount = 2;
        _span.DroppedLinksCount = 3;
        return Parent()
            .TraceState("vendor=1,other=2")
            .Flags(0x301)
            .Status(OpenTelemetry.Proto.Trace.V1.Status.Types.StatusCode.Error, "refused: \u00fcber limit")
            .AttributesOfEveryType()
            .Event("checked", ("rule", "four-eyes"), ("attempt", 2), ("score", -0.0))
            .Event("rejected")
            .Link(("relation", "caused-by"), ("weight", 0.5))
            .Link();
    }

    public Span Build() => _span.Clone();

    private static ByteString RandomId(int length)
    {
        var id = RandomNumberGenerator.GetBytes(length);

        // An id of zeros only is no id.
        id[0] |= 1;
        return ByteString.CopyFrom(id);
    }
}
