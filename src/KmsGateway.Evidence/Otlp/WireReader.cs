using System.Buffers.Binary;
using System.Diagnostics;

namespace KmsGateway.Evidence.Otlp;

/// <summary>
/// Walks the fields of one protobuf message where they lie. Positions are offsets into the whole body, so that a caller can splice it.
/// </summary>
/// <remarks>
/// Padded varints are read, real exporters write them. A tag over 32 bits is refused: some receivers cut it to 32, others do not, and a
/// field that only one of them sees must not pass.
/// </remarks>
[DebuggerDisplay("field {Field} {Type} at {TagStart}")]
public ref struct WireReader
{
    private const int MaxVarintLength = 10;
    private const int MaxGroupDepth = 100;

    private readonly ReadOnlySpan<byte> _body;
    private readonly int _end;
    private int _position;

    public WireReader(ReadOnlySpan<byte> body, int start, int end)
    {
        _body = body;
        _position = start;
        _end = end;
    }

    public WireReader(ReadOnlySpan<byte> message)
        : this(message, 0, message.Length)
    {
    }

    /// <summary>The bytes are not protobuf. <see cref="Read"/> has returned false.</summary>
    public bool IsMalformed { get; private set; }

    public int Field { get; private set; }

    public WireType Type { get; private set; }

    public int TagStart { get; private set; }

    /// <summary>Where the length of a length-delimited field is written; the value follows it.</summary>
    public int LengthStart { get; private set; }

    public int ValueStart { get; private set; }

    public int ValueEnd { get; private set; }

    /// <summary>The value of a varint, fixed64 or fixed32 field.</summary>
    public ulong Number { get; private set; }

    public readonly ReadOnlySpan<byte> Value => _body[ValueStart..ValueEnd];

    public readonly WireReader Message => new(_body, ValueStart, ValueEnd);

    /// <summary>Moves to the next field. False at the end of the message, or when it <see cref="IsMalformed"/>.</summary>
    public bool Read()
    {
        if (_position >= _end || IsMalformed)
        {
            return false;
        }

        TagStart = _position;
        if (!TryReadTag(out var field, out var type) || type == WireType.EndGroup)
        {
            return Malformed();
        }

        Field = field;
        Type = type;
        return TryReadValue() || Malformed();
    }

    private bool TryReadTag(out int field, out WireType type)
    {
        var read = TryReadVarint(out var tag);
        field = (int)(tag >> 3);
        type = (WireType)(tag & 7);
        return read && tag <= uint.MaxValue && field != 0;
    }

    private bool TryReadValue()
    {
        LengthStart = ValueStart = _position;
        switch (Type)
        {
            case WireType.Varint:
                if (!TryReadVarint(out var varint))
                {
                    return false;
                }

                Number = varint;
                break;
            case WireType.Fixed64:
                if (_end - _position < sizeof(ulong))
                {
                    return false;
                }

                Number = BinaryPrimitives.ReadUInt64LittleEndian(_body[_position..]);
                _position += sizeof(ulong);
                break;
            case WireType.Fixed32:
                if (_end - _position < sizeof(uint))
                {
                    return false;
                }

                Number = BinaryPrimitives.ReadUInt32LittleEndian(_body[_position..]);
                _position += sizeof(uint);
                break;
            case WireType.LengthDelimited:
                if (!TryReadVarint(out var length) || length > (ulong)(_end - _position))
                {
                    return false;
                }

                ValueStart = _position;
                _position += (int)length;
                break;
            case WireType.StartGroup:
                if (!TrySkipGroup(Field))
                {
                    return false;
                }

                break;
            default:
                return false;
        }

        ValueEnd = _position;
        return true;
    }

    private bool TryReadVarint(out ulong value)
    {
        // Nearly all are of one byte.
        if (_position < _end && _body[_position] is var only && only < 0x80)
        {
            _position++;
            value = only;
            return true;
        }

        return TryReadLongVarint(out value);
    }

    private bool TryReadLongVarint(out ulong value)
    {
        value = 0;
        for (var i = 0; i < MaxVarintLength && _position < _end; i++)
        {
            var next = _body[_position++];
            if (i == MaxVarintLength - 1 && next > 1)
            {
                return false;
            }

            value |= (ulong)(next & 0x7F) << (7 * i);
            if (next < 0x80)
            {
                return true;
            }
        }

        return false;
    }

    // Iterative: the nesting of a group is the sender's choice.
    private bool TrySkipGroup(int field)
    {
        Span<int> open = stackalloc int[MaxGroupDepth];
        open[0] = field;
        var depth = 1;
        while (depth > 0)
        {
            if (!TryReadTag(out var inner, out var type))
            {
                return false;
            }

            switch (type)
            {
                case WireType.StartGroup when depth == MaxGroupDepth:
                    return false;
                case WireType.StartGroup:
                    open[depth++] = inner;
                    break;
                case WireType.EndGroup when open[--depth] != inner:
                    return false;
                case WireType.EndGroup:
                    break;
                case WireType.Varint when !TryReadVarint(out _):
                    return false;
                case WireType.Varint:
                    break;
                case WireType.Fixed64 or WireType.Fixed32:
                    var size = type == WireType.Fixed64 ? sizeof(ulong) : sizeof(uint);
                    if (_end - _position < size)
                    {
                        return false;
                    }

                    _position += size;
                    break;
                case WireType.LengthDelimited:
                    if (!TryReadVarint(out var length) || length > (ulong)(_end - _position))
                    {
                        return false;
                    }

                    _position += (int)length;
                    break;
                default:
                    return false;
            }
        }

        return true;
    }

    private bool Malformed()
    {
        IsMalformed = true;
        return false;
    }
}
