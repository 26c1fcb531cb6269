using System.Text;
using System.Text.Json;

namespace KmsGateway.Evidence.Otlp;

/// <summary>Walks the members of one OTLP object and refuses repeated and aliased ones.</summary>
internal ref struct JsonObjectReader(JsonMembers members)
{
    private uint _seen;
    private HashSet<string>? _seenUnknown;

    public OtlpError Error { get; private set; }

    /// <summary>Moves from the object's opening brace, or from the end of a member's value, to the next member's value.</summary>
    /// <param name="reader">Stands on the opening brace or at the end of a value.</param>
    /// <param name="member">The place of the name in the list of members, or <see cref="JsonMember.Unknown"/>.</param>
    /// <returns>False at the closing brace or on an <see cref="Error"/>.</returns>
    public bool Read(ref Utf8JsonReader reader, out int member)
    {
        member = JsonMember.Unknown;
        reader.Read();
        if (reader.TokenType == JsonTokenType.EndObject)
        {
            return false;
        }

        Error = reader.ValueIsEscaped ? IdentifyEscaped(reader.ValueSpan, out member) : Identify(reader.ValueSpan, out member);
        reader.Read();
        return Error == OtlpError.None;
    }

    private OtlpError IdentifyEscaped(ReadOnlySpan<byte> raw, out int member)
    {
        var name = new byte[raw.Length];
        return JsonText.TryUnescape(raw, name, out var length)
            ? Identify(name.AsSpan(0, length), out member)
            : Remember(Encoding.UTF8.GetString(raw), out member);
    }

    private OtlpError Identify(ReadOnlySpan<byte> name, out int member)
    {
        member = members.Find(name);
        if (member == JsonMember.Unknown)
        {
            return members.IsAlias(name) ? OtlpError.AliasedMember : Remember(Encoding.UTF8.GetString(name), out member);
        }

        var bit = 1u << member;
        if ((_seen & bit) != 0)
        {
            return OtlpError.RepeatedMember;
        }

        _seen |= bit;
        return OtlpError.None;
    }

    private OtlpError Remember(string unknown, out int member)
    {
        member = JsonMember.Unknown;
        _seenUnknown ??= new HashSet<string>(StringComparer.Ordinal);
        return _seenUnknown.Add(unknown) ? OtlpError.None : OtlpError.RepeatedMember;
    }
}
