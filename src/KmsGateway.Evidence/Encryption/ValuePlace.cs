using System.Text;
using System.Text.Unicode;
using KmsGateway.Cryptography;
using KmsGateway.Evidence.Otlp;

namespace KmsGateway.Evidence.Encryption;

/// <summary>Where an encrypted value stands, as it is authenticated with it (docs/format.md, E-8). Reused from one to the next.</summary>
public sealed class ValuePlace
{
    private readonly CanonicalJsonWriter _writer = new();
    private int _spanEnd;

    public ReadOnlySpan<byte> Json => _writer.Written;

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
        if (Utf8.IsValid(key))
        {
            _writer.String(suffix.IsEmpty ? key : [.. key, .. suffix]);
        }
        else
        {
            // No text, so nothing to escape: a reserved key is one.
            _writer.Raw([(byte)'"', .. key, (byte)'"']);
        }

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
