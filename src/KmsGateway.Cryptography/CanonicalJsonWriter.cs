using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace KmsGateway.Cryptography;

/// <summary>
/// Writes JSON in the canonical form of RFC 8785 (JCS). The caller writes members in UTF-16 code unit order
/// (<see cref="CanonicalJsonOrder"/>); the writer does separators, escapes and numbers.
/// </summary>
/// <remarks>
/// <see cref="System.Text.Json.Utf8JsonWriter"/> is not JCS even with relaxed escaping: it escapes U+2028, U+007F and what lies outside
/// the basic plane, and prints <c>1E+21</c> and <c>1E-07</c>. An instance is reused: <see cref="Reset"/> keeps its buffer.
/// </remarks>
public sealed class CanonicalJsonWriter
{
    private static readonly SearchValues<byte> Escaped = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Select(value => (byte)value), (byte)'"', (byte)'\\']);

    private const int KeptBytes = 1024 * 1024;
    private const int MaxOnStack = 64;

    private byte[] _buffer = new byte[1024];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _buffer.AsSpan(0, Length);

    /// <summary>Empties the writer; a buffer that one large value has stretched is given back.</summary>
    public void Reset()
    {
        Length = 0;
        if (_buffer.Length > KeptBytes)
        {
            _buffer = new byte[1024];
        }
    }

    public byte[] ToArray() => Written.ToArray();

    public void BeginObject()
    {
        Separate();
        Append((byte)'{');
    }

    public void EndObject() => Append((byte)'}');

    public void BeginArray()
    {
        Separate();
        Append((byte)'[');
    }

    public void EndArray() => Append((byte)']');

    public void Name(ReadOnlySpan<byte> utf8)
    {
        String(utf8);
        Append((byte)':');
    }

    public void Null()
    {
        Separate();
        Append("null"u8);
    }

    public void Boolean(bool value)
    {
        Separate();
        Append(value ? "true"u8 : "false"u8);
    }

    public void Integer(long value)
    {
        Separate();
        Utf8Formatter.TryFormat(value, Reserve(20), out var written);
        Length += written;
    }

    /// <summary>A 64-bit integer as a JSON string, as OTLP/JSON has it: a double holds only 53 bits.</summary>
    public void IntegerString(long value)
    {
        Separate();
        Append((byte)'"');
        Utf8Formatter.TryFormat(value, Reserve(20), out var written);
        Length += written;
        Append((byte)'"');
    }

    /// <inheritdoc cref="IntegerString(long)"/>
    public void IntegerString(ulong value)
    {
        Separate();
        Append((byte)'"');
        Utf8Formatter.TryFormat(value, Reserve(20), out var written);
        Length += written;
        Append((byte)'"');
    }

    /// <summary>A finite number in the layout of ECMAScript's <c>Number::toString</c> (RFC 8785 section 3.2.2.3).</summary>
    public void Number(double value)
    {
        Debug.Assert(double.IsFinite(value), "JSON has no form for it; the caller writes a string");
        Separate();
        Length += EcmaScriptNumber.Format(value, Reserve(EcmaScriptNumber.MaxLength));
    }

    public void String(string value)
    {
        if (value.Length <= MaxOnStack)
        {
            Span<byte> few = stackalloc byte[Encoding.UTF8.GetMaxByteCount(MaxOnStack)];
            String(few[..Encoding.UTF8.GetBytes(value, few)]);
            return;
        }

        var utf8 = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(value.Length));
        String(utf8.AsSpan(0, Encoding.UTF8.GetBytes(value, utf8)));
        ArrayPool<byte>.Shared.Return(utf8);
    }

    /// <summary>A string given as valid UTF-8, which only <c>"</c>, <c>\</c> and the control characters leave escaped.</summary>
    public void String(ReadOnlySpan<byte> utf8)
    {
        Separate();
        Append((byte)'"');
        while (true)
        {
            var plain = utf8.IndexOfAny(Escaped);
            if (plain < 0)
            {
                Append(utf8);
                break;
            }

            Append(utf8[..plain]);
            AppendEscape(utf8[plain]);
            utf8 = utf8[(plain + 1)..];
        }

        Append((byte)'"');
    }

    /// <summary>Standard base64 with padding.</summary>
    public void Base64(ReadOnlySpan<byte> bytes)
    {
        Separate();
        Append((byte)'"');
        var room = Reserve(System.Buffers.Text.Base64.GetMaxEncodedToUtf8Length(bytes.Length));
        System.Buffers.Text.Base64.EncodeToUtf8(bytes, room, out _, out var written);
        Length += written;
        Append((byte)'"');
    }

    public void Base64Url(ReadOnlySpan<byte> bytes)
    {
        Separate();
        Append((byte)'"');
        var room = Reserve(System.Buffers.Text.Base64Url.GetEncodedLength(bytes.Length));
        Length += System.Buffers.Text.Base64Url.EncodeToUtf8(bytes, room);
        Append((byte)'"');
    }

    public void HexString(ReadOnlySpan<byte> bytes)
    {
        Separate();
        Append((byte)'"');
        Convert.TryToHexStringLower(bytes, Reserve(bytes.Length * 2), out var written);
        Length += written;
        Append((byte)'"');
    }

    /// <summary>A value that already is canonical JSON.</summary>
    public void Raw(ReadOnlySpan<byte> canonical)
    {
        Separate();
        Append(canonical);
    }

    /// <summary>Writes the comma that a value written next needs; writing it does so too.</summary>
    /// <remarks>
    /// A value ends in a quote, a digit, a letter or a closing bracket, and what a hash is prefixed with for domain separation in a zero
    /// byte: so the last byte alone tells whether a comma is due.
    /// </remarks>
    public void Separate()
    {
        if (Length > 0 && _buffer[Length - 1] is not ((byte)'{' or (byte)'[' or (byte)':' or 0))
        {
            Append((byte)',');
        }
    }

    /// <summary>Writes bytes in front of the JSON that are not JSON and end in a zero byte.</summary>
    public void Prefix(ReadOnlySpan<byte> domain) => Append(domain);

    /// <summary>Starts a part that stands for itself until <see cref="MoveBack"/>: no comma separates it from what is before.</summary>
    public int BeginPart()
    {
        Append(0);
        return Length;
    }

    /// <summary>Takes the bytes from <paramref name="from"/> on back to <paramref name="to"/>, over what stood there.</summary>
    public void MoveBack(int from, int to)
    {
        Written[from..].CopyTo(_buffer.AsSpan(to));
        Length -= from - to;
    }

    private void AppendEscape(byte character)
    {
        switch (character)
        {
            case (byte)'"':
                Append("\\\""u8);
                break;
            case (byte)'\\':
                Append("\\\\"u8);
                break;
            case (byte)'\b':
                Append("\\b"u8);
                break;
            case (byte)'\t':
                Append("\\t"u8);
                break;
            case (byte)'\n':
                Append("\\n"u8);
                break;
            case (byte)'\f':
                Append("\\f"u8);
                break;
            case (byte)'\r':
                Append("\\r"u8);
                break;
            default:
                character.TryFormat(Reserve(6)[4..], out _, "x2", CultureInfo.InvariantCulture);
                "\\u00"u8.CopyTo(Reserve(6));
                Length += 6;
                break;
        }
    }

    private void Append(byte value)
    {
        if (Length == _buffer.Length)
        {
            Reserve(1);
        }

        _buffer[Length++] = value;
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Reserve(bytes.Length));
        Length += bytes.Length;
    }

    private Span<byte> Reserve(int count)
    {
        if (_buffer.Length - Length < count)
        {
            Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, Length + count));
        }

        return _buffer.AsSpan(Length);
    }
}
