using System.Buffers;
using System.Runtime.InteropServices;

namespace KmsGateway.Evidence.Otlp;

/// <summary>
/// Collects the edits of one body and repairs the lengths of the protobuf messages around them. Every byte that no edit names is copied
/// as it is. Reused from request to request.
/// </summary>
public sealed class TraceSplicer
{
    private const int KeptBytes = 1024 * 1024;
    private const int KeptEdits = 65_536;

    private readonly List<Edit> _edits = [];
    private ArrayBufferWriter<byte> _inserts = new();
    private TraceScan? _scan;
    private int _bodyLength;
    private int _growth;

    /// <summary>The length of the body with all edits applied.</summary>
    public long Length => (long)_bodyLength + _growth;

    /// <summary>Bytes that are not the body's.</summary>
    public int AddedBytes => _inserts.WrittenCount;

    public bool HasEdits => _edits.Count > 0;

    public void Reset(TraceScan scan, int bodyLength)
    {
        _scan = scan;
        _bodyLength = bodyLength;
        _growth = 0;
        _edits.Clear();
        if (_edits.Capacity > KeptEdits)
        {
            _edits.Capacity = KeptEdits;
        }

        if (_inserts.Capacity > KeptBytes)
        {
            _inserts = new ArrayBufferWriter<byte>();
        }

        _inserts.ResetWrittenCount();
    }

    /// <param name="node">The innermost message around the edit, or <see cref="MessageNode.NoParent"/> where lengths do not matter.</param>
    public void Replace(int offset, int removed, ReadOnlySpan<byte> insert, int node = MessageNode.NoParent) =>
        insert.CopyTo(Replace(offset, removed, insert.Length, node));

    /// <summary>The same with bytes that the caller writes now, before the next edit.</summary>
    /// <inheritdoc cref="Replace(int, int, ReadOnlySpan{byte}, int)"/>
    public Span<byte> Replace(int offset, int removed, int inserted, int node = MessageNode.NoParent)
    {
        if (node != MessageNode.NoParent)
        {
            _scan!.Nodes[node].Growth += inserted - removed;
        }

        return Add(offset, removed, inserted);
    }

    /// <inheritdoc cref="TraceScan.AddNode"/>
    public int AddNode(int parent, int lengthStart, int contentStart, int contentEnd) =>
        _scan!.AddNode(parent, lengthStart, contentStart, contentEnd);

    /// <summary>Repairs the lengths and puts the edits in order. Called once, after the last edit.</summary>
    public void Complete()
    {
        RepairLengths();

        // Equal offsets do not occur: an edit has a place of its own, or is the only insert at the end of its span.
        CollectionsMarshal.AsSpan(_edits).Sort();
    }

    /// <summary>The spliced body as slices of the original and of what was inserted.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Slices(ReadOnlyMemory<byte> body)
    {
        var position = 0;
        foreach (var edit in _edits)
        {
            if (edit.Offset > position)
            {
                yield return body[position..edit.Offset];
            }

            if (edit.InsertLength > 0)
            {
                yield return _inserts.WrittenMemory.Slice(edit.InsertStart, edit.InsertLength);
            }

            position = edit.Offset + edit.Removed;
        }

        if (position < body.Length)
        {
            yield return body[position..];
        }
    }

    // A child stands behind its parent in the list, so one walk from the end sees every message after all that it holds.
    private void RepairLengths()
    {
        Span<byte> length = stackalloc byte[WireWriter.MaxVarint32Length];
        var nodes = _scan!.Nodes;
        for (var i = nodes.Length - 1; i >= 0; i--)
        {
            ref var node = ref nodes[i];
            if (node.Growth == 0)
            {
                continue;
            }

            var written = WireWriter.WriteVarint(length, (uint)(node.ContentEnd - node.ContentStart + node.Growth));
            var removed = node.ContentStart - node.LengthStart;
            length[..written].CopyTo(Add(node.LengthStart, removed, written));
            if (node.Parent != MessageNode.NoParent)
            {
                nodes[node.Parent].Growth += node.Growth + written - removed;
            }
        }
    }

    private Span<byte> Add(int offset, int removed, int inserted)
    {
        _edits.Add(new Edit(offset, removed, _inserts.WrittenCount, inserted));
        _growth += inserted - removed;
        var bytes = _inserts.GetSpan(inserted)[..inserted];
        _inserts.Advance(inserted);
        return bytes;
    }

    // Compares itself: sorting is faster without a delegate.
#pragma warning disable MA0097 // sorted only
    private readonly record struct Edit(int Offset, int Removed, int InsertStart, int InsertLength) : IComparable<Edit>
    {
        public int CompareTo(Edit other) => Offset.CompareTo(other.Offset);
    }
#pragma warning restore MA0097
}
