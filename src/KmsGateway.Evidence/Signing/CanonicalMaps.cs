using System.Runtime.InteropServices;
using System.Text.Unicode;
using KmsGateway.Cryptography;
using KmsGateway.Evidence.Otlp;

namespace KmsGateway.Evidence.Signing;

/// <summary>
/// Attribute maps in canonical order. Entries are written as they come; when a map ends they are sorted, written again behind
/// themselves, and moved back over where they stood. Each nesting costs one more copy, and memory never exceeds twice the map.
/// </summary>
internal sealed class CanonicalMaps
{
    private readonly CanonicalJsonWriter _writer;
    private readonly OtlpLimits? _limits;
    private readonly Action<SpanIssues> _issue;
    private readonly List<Map> _open = [];
    private readonly List<Entry> _entries = [];
    private readonly List<byte> _keys = [];
    private readonly Comparison<Entry> _byKey;
    private bool _isTooLarge;

    public CanonicalMaps(CanonicalJsonWriter writer, OtlpLimits? limits, Action<SpanIssues> issue)
    {
        _writer = writer;
        _limits = limits;
        _issue = issue;
        _byKey = (left, right) => CanonicalJsonOrder.Compare(KeyOf(left), KeyOf(right));
    }

    public delegate MapEntry KeyFilter(ReadOnlySpan<byte> key);

    /// <summary>Applies to outermost maps.</summary>
    public KeyFilter? Filter { get; set; }

    /// <summary>The outermost attribute that is being read is not there for the digests, and neither is what is wrong with it.</summary>
    public bool IsLeavingOut { get; private set; }

    /// <summary>An attribute of an outermost map that is covered has a key or a value longer than this, and sets <see cref="IsOversize"/>.</summary>
    public int OversizeBytes { get; set; } = int.MaxValue;

    public bool IsOversize { get; set; }

    /// <summary>Keys of outermost maps that stand under their renamed form.</summary>
    public KeyPatterns Rename { get; set; } = KeyPatterns.None;

    public void Begin()
    {
        _writer.Separate();
        _open.Add(new Map(_writer.Length, _entries.Count, _keys.Count));
    }

    /// <summary>Forgets what was read; lists that one large map has stretched are given back.</summary>
    public void Reset()
    {
        _open.ClearForReuse();
        _entries.ClearForReuse();
        _keys.ClearForReuse();
    }

    public void Key(ReadOnlySpan<byte> utf8)
    {
        CloseEntry();
        DropIfTooLarge();
        if (!Utf8.IsValid(utf8))
        {
            _issue(SpanIssues.InvalidUtf8);
        }

        var isOutermost = _open.Count == 1;
        var keyStart = _keys.Count;
        _keys.AddRange(utf8);
        if (isOutermost && Rename.Matches(utf8))
        {
            _keys.AddRange(SignatureAttributes.RenamedSuffix);
        }

        var key = CollectionsMarshal.AsSpan(_keys)[keyStart..];
        var kind = isOutermost && Filter is { } filter ? filter(key) : MapEntry.Covered;
        IsLeavingOut = isOutermost ? kind == MapEntry.LeftOut : IsLeavingOut;
        var start = _writer.BeginPart();
        _writer.Name(key);
        _entries.Add(new Entry(kind, keyStart, key.Length, start, _writer.Length, End: 0));
    }

    public void End()
    {
        CloseEntry();
        var map = _open[^1];
        IsLeavingOut &= _open.Count > 1;
        var entries = CollectionsMarshal.AsSpan(_entries)[map.FirstEntry..];
        if (_open.Count == 1 && entries.Length > _limits?.MaxAttributes)
        {
            _issue(SpanIssues.Size);
        }

        entries.Sort(_byKey);
        CheckKeys(entries);
        var from = _writer.BeginPart();
        _writer.BeginObject();
        foreach (var entry in entries)
        {
            if (entry.Kind == MapEntry.Covered)
            {
                _writer.Raw(_writer.Written[entry.Start..entry.End]);
            }
        }

        _writer.EndObject();
        _writer.MoveBack(from, map.Start);
        CollectionsMarshal.SetCount(_entries, map.FirstEntry);
        CollectionsMarshal.SetCount(_keys, map.FirstKey);
        _open.RemoveAt(_open.Count - 1);
    }

    private void CheckKeys(ReadOnlySpan<Entry> sorted)
    {
        var previous = -1;
        for (var i = 0; i < sorted.Length; i++)
        {
            if (sorted[i].Kind == MapEntry.LeftOut)
            {
                continue;
            }

            if (previous >= 0 && KeyOf(sorted[previous]).SequenceEqual(KeyOf(sorted[i])))
            {
                _issue(SpanIssues.DuplicateKey);
            }

            previous = i;
        }
    }

    // Of a map beyond its limit the last entry gives way to the next: nothing of it will be signed, and an entry of two bytes takes thirty.
    private void DropIfTooLarge()
    {
        // It is said of one outermost entry, with all that is in it.
        _isTooLarge &= _open.Count > 1;
        var first = _open[^1].FirstEntry;
        if (_limits is null || _entries.Count == first)
        {
            return;
        }

        _isTooLarge = _open.Count == 1
            ? _entries.Count - first > _limits.MaxAttributes
            : _isTooLarge || _writer.Length - _entries[_open[1].FirstEntry - 1].Start > _limits.MaxAttributeBytes;
        if (_isTooLarge)
        {
            _issue(SpanIssues.Size);
            var last = _entries[^1];
            _writer.MoveBack(_writer.Length, last.Start - 1);
            CollectionsMarshal.SetCount(_keys, last.KeyStart);
            _entries.RemoveAt(_entries.Count - 1);
        }
    }

    private void CloseEntry()
    {
        if (_entries.Count == _open[^1].FirstEntry)
        {
            return;
        }

        ref var entry = ref CollectionsMarshal.AsSpan(_entries)[^1];
        entry = entry with { End = _writer.Length };
        if (_open.Count == 1)
        {
            if (entry.End - entry.Start > _limits?.MaxAttributeBytes)
            {
                _issue(SpanIssues.Size);
            }

            IsOversize |= entry.Kind == MapEntry.Covered
                && (entry.KeyLength > OversizeBytes || StoredLength.Exceeds(_writer.Written[entry.ValueStart..entry.End], OversizeBytes));
        }
    }

    private ReadOnlySpan<byte> KeyOf(in Entry entry) => CollectionsMarshal.AsSpan(_keys).Slice(entry.KeyStart, entry.KeyLength);

    private readonly record struct Map(int Start, int FirstEntry, int FirstKey);

    private readonly record struct Entry(MapEntry Kind, int KeyStart, int KeyLength, int Start, int ValueStart, int End);
}
