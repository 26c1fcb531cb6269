using KmsGateway.Evidence.Otlp;
using KmsGateway.Evidence.Signing;

namespace KmsGateway.Evidence.Encryption;

/// <summary>Writes a value in canonical form as the AnyValue of OTLP/JSON. Scalars are the same in both. Reused from one to the next.</summary>
internal sealed class JsonAnyValueWriter : CanonicalValues, IAttributeVisitor
{
    // For each kvlist that is open: whether it has an entry, which is open too.
    private readonly Stack<bool> _hasEntry = new();

    public JsonAnyValueWriter()
        : base(limits: null)
    {
    }

    /// <param name="canonical">Is in canonical form.</param>
    public ReadOnlySpan<byte> Write(ReadOnlySpan<byte> canonical)
    {
        Writer.Reset();
        CanonicalValueReader.TryRead(canonical, this);
        return Writer.Written;
    }

    void IAttributeVisitor.BeginMap()
    {
        BeginList("kvlistValue"u8);
        _hasEntry.Push(false);
    }

    void IAttributeVisitor.EndMap()
    {
        EndEntry();
        EndList();
    }

    void IAttributeVisitor.BeginArray() => BeginList("arrayValue"u8);

    void IAttributeVisitor.EndArray() => EndList();

    void IAttributeVisitor.Empty()
    {
        Writer.BeginObject();
        Writer.EndObject();
    }

    private protected override void Key(ReadOnlySpan<byte> utf8)
    {
        EndEntry();
        _hasEntry.Push(true);
        Writer.BeginObject();
        Writer.Name("key"u8);
        Writer.String(utf8);
        Writer.Name("value"u8);
    }

    private protected override void Issue(SpanGroup group, SpanIssues issue) =>
        throw new InvalidOperationException($"A value in canonical form has no issue, and this one has {issue}.");

    private void EndEntry()
    {
        if (_hasEntry.Pop())
        {
            Writer.EndObject();
        }
    }

    private void BeginList(ReadOnlySpan<byte> name)
    {
        Writer.BeginObject();
        Writer.Name(name);
        Writer.BeginObject();
        Writer.Name("values"u8);
        Writer.BeginArray();
    }

    private void EndList()
    {
        Writer.EndArray();
        Writer.EndObject();
        Writer.EndObject();
    }
}
