using System.Text;
using KmsGateway.Cryptography;
using KmsGateway.Evidence.Otlp;

namespace KmsGateway.Evidence.Encryption;

/// <summary>Where an encrypted value stands, as it is authenticated with it (docs/format.md, E-8). Reused from one to the next.</summary>
public sealed class ValuePlace
{
    private const int TraceIdSize = 16;
    private const int SpanIdSize = 8;

    private readonly CanonicalJsonWriter _writer = new();
    private int _spanEnd;

    public ReadOnlySpan<byte> Json => _writer.Written;

    /// <param name="tenant">Whose span it is.</param>
    /// <param name="encoding">Of the body.</param>
    /// <param name="body">The request.</param>
    /// <param name="span">One that a search has found.</param>
    public void SetSpan(string tenant, ITraceEncoding encoding, ReadOnlySpan<byte> body, in FoundSpan span)
    {
        Span<byte> ids = stackalloc byte[TraceIdSize + SpanIdSize];
        var traceId = ids[..TraceIdSize];
        var spanId = ids[TraceIdSize..];
        SetSpan(
            tenant,
            encoding.TryReadId(body, span.TraceId, traceId) ? traceId : default,
            encoding.TryReadId(body, span.SpanId, spanId) ? spanId : default);
    }

    /// <param name="tenant">Whose span it is.</param>
    /// <param name="traceId">Empty if it has none that is one.</param>
    /// <param name="spanId">Empty if it has none that is one.</param>
    public void SetSpan(string tenant, ReadOnlySpan<byte> traceId, ReadOnlySpan<byte> spanId)
    {
        _writer.Reset();
        _writer.BeginArray();
        _writer.String(tenant);
        _writer.HexString(traceId);
        _writer.HexString(spanId);
        _spanEnd = _writer.Length;
    }

    public void SetAttribute(AttributeScope scope, ReadOnlySpan<byte> key, ReadOnlySpan<byte> suffix = default)
    {
        _writer.MoveBack(_writer.Length, _spanEnd);
        _writer.String(NameOf(scope));
        _writer.String(suffix.IsEmpty ? key : [.. key, .. suffix]);
        _writer.EndArray();
    }

    /// <summary>How the format spells it.</summary>
    public static ReadOnlySpan<byte> NameOf(AttributeScope scope) => scope switch
    {
        AttributeScope.Event => "event"u8,
        AttributeScope.Link => "link"u8,
        _ => "span"u8,
    };

    public static bool TryParseScope(string name, out AttributeScope scope)
    {
        foreach (var candidate in Enum.GetValues<AttributeScope>())
        {
            if (Encoding.ASCII.GetBytes(name).AsSpan().SequenceEqual(NameOf(candidate)))
            {
                scope = candidate;
                return true;
            }
        }

        scope = default;
        return false;
    }
}
