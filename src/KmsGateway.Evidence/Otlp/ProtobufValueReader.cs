namespace KmsGateway.Evidence.Otlp;

/// <summary>Reads the attributes of protobuf messages, and checks how often and in which form fields stand. What is wrong is told to the
/// visitor.</summary>
internal ref struct ProtobufValueReader(IAttributeVisitor visitor)
{
    /// <summary>The group that is read.</summary>
    public SpanGroup Group { get; set; }

    /// <summary>A message that was read is not protobuf.</summary>
    public bool IsMalformed { get; private set; }

    public void ReadAttributes(WireReader message, int attributesField)
    {
        while (message.Read())
        {
            if (message.Field == attributesField && Expect(message, WireType.LengthDelimited))
            {
                ReadKeyValue(message.Message, depth: 1);
            }
        }

        Note(message);
    }

    // The value may stand before its key, and what is wrong with either is told behind the key.
    public void ReadKeyValue(WireReader fields, int depth)
    {
        visitor.Key(FindKey(fields));
        WireReader value = default;
        var hasValue = false;
        var seen = 0u;
        while (fields.Read())
        {
            switch (fields.Field)
            {
                case TraceFields.KeyValueKey:
                    Once(ref seen, fields, WireType.LengthDelimited);
                    break;
                case TraceFields.KeyValueValue:
                    if (Once(ref seen, fields, WireType.LengthDelimited))
                    {
                        value = fields.Message;
                        hasValue = true;
                    }

                    break;
                case TraceFields.KeyValueKeyStrindex:
                    Issue(SpanIssues.Strindex);
                    break;
                default:
                    Issue(SpanIssues.UnknownField);
                    break;
            }
        }

        Note(fields);
        if (hasValue)
        {
            ReadAnyValue(value, depth);
        }
        else
        {
            visitor.Empty();
        }
    }

    private static ReadOnlySpan<byte> FindKey(WireReader fields)
    {
        ReadOnlySpan<byte> key = default;
        while (fields.Read())
        {
            if (fields is { Field: TraceFields.KeyValueKey, Type: WireType.LengthDelimited })
            {
                key = fields.Value;
            }
        }

        return key;
    }

    private void ReadAnyValue(WireReader fields, int depth)
    {
        // A copy stands on the first member: the walk goes on to see that there is no other.
        WireReader member = default;
        var members = 0;
        while (fields.Read())
        {
            switch (fields.Field)
            {
                case >= TraceFields.AnyValueString and <= TraceFields.AnyValueStringStrindex:
                    if (members++ == 0 && IsReadable(fields))
                    {
                        member = fields;
                    }

                    break;
                default:
                    Issue(SpanIssues.UnknownField);
                    break;
            }
        }

        Note(fields);
        if (members > 1)
        {
            Issue(SpanIssues.RepeatedField);
        }

        VisitMember(member, depth);
    }

    private readonly bool IsReadable(scoped in WireReader member)
    {
        if (member.Field != TraceFields.AnyValueStringStrindex)
        {
            return Expect(member, MemberType(member.Field));
        }

        Issue(SpanIssues.Strindex);
        return false;
    }

    private void VisitMember(WireReader member, int depth)
    {
        switch (member.Field)
        {
            case TraceFields.AnyValueString:
                visitor.String(member.Value);
                break;
            case TraceFields.AnyValueBool:
                visitor.Bool(member.Number != 0);
                break;
            case TraceFields.AnyValueInt:
                visitor.Int((long)member.Number);
                break;
            case TraceFields.AnyValueDouble:
                visitor.Double(BitConverter.UInt64BitsToDouble(member.Number));
                break;
            case TraceFields.AnyValueBytes:
                visitor.Bytes(member.Value);
                break;
            case TraceFields.AnyValueArray:
                visitor.BeginArray();
                ReadList(member.Message, isMap: false, depth);
                visitor.EndArray();
                break;
            case TraceFields.AnyValueKvlist:
                visitor.BeginMap();
                ReadList(member.Message, isMap: true, depth);
                visitor.EndMap();
                break;
            default:
                visitor.Empty();
                break;
        }
    }

    private void ReadList(WireReader list, bool isMap, int depth)
    {
        while (list.Read())
        {
            if (list.Field != TraceFields.ListValues)
            {
                Issue(SpanIssues.UnknownField);
            }
            else if (Expect(list, WireType.LengthDelimited))
            {
                if (depth == OtlpLimits.MaxDepth)
                {
                    Issue(SpanIssues.Depth);
                }
                else if (isMap)
                {
                    ReadKeyValue(list.Message, depth + 1);
                }
                else
                {
                    ReadAnyValue(list.Message, depth + 1);
                }
            }
        }

        Note(list);
    }

    private static WireType MemberType(int field) => field switch
    {
        TraceFields.AnyValueBool or TraceFields.AnyValueInt => WireType.Varint,
        TraceFields.AnyValueDouble => WireType.Fixed64,
        _ => WireType.LengthDelimited,
    };

    public readonly bool Once(ref uint seen, scoped in WireReader field, WireType type)
    {
        var bit = 1u << field.Field;
        if ((seen & bit) != 0)
        {
            Issue(SpanIssues.RepeatedField);
        }

        seen |= bit;
        return Expect(field, type);
    }

    public readonly bool Expect(scoped in WireReader field, WireType type)
    {
        if (field.Type == type)
        {
            return true;
        }

        Issue(SpanIssues.WireType);
        return false;
    }

    private readonly void Issue(SpanIssues issue) => visitor.Issue(Group, issue);

    /// <summary>To be told of every message once it has been read.</summary>
    public void Note(scoped in WireReader reader) => IsMalformed |= reader.IsMalformed;
}
