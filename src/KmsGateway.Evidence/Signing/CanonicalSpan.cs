using System.Security.Cryptography;
using System.Text;
using System.Text.Unicode;
using KmsGateway.Cryptography;
using KmsGateway.Evidence.Otlp;

namespace KmsGateway.Evidence.Signing;

/// <summary>
/// The canonical form of one span: reads it, protobuf or JSON, and takes the digests of its five groups, or says per group why it has no
/// canonical form. Reused from span to span; what spans of one resource and scope have in common is computed once.
/// </summary>
public sealed class CanonicalSpan : ISpanVisitor, IResourceVisitor
{
    private const int TraceIdSize = 16;
    private const int SpanIdSize = 8;

    private readonly CanonicalJsonWriter _writer = new();
    private readonly CanonicalJsonWriter _resource = new();
    private readonly CanonicalMaps _maps;
    private readonly SpanIssues[] _issues = new SpanIssues[SpanDigests.Groups];
    private readonly byte[] _traceId = new byte[TraceIdSize];
    private readonly byte[] _spanId = new byte[SpanIdSize];
    private readonly ReservedKeys _reserved;
    private readonly int _maxSpanBytes;
    private readonly CanonicalMaps.KeyFilter _filterAttribute;
    private readonly CanonicalMaps.KeyFilter _filterResourceAttribute;

    // Thousands of scopes may stand under one large resource: its bytes are hashed once, and each scope goes on from there.
    private IncrementalHash? _resourceHash;

    private Coverage? _coverage;
    private Range _resourceSpans;
    private Range _scopeSpans;
    private SpanIssues _resourceIssues;
    private SpanIssues _scopeIssues;
    private bool _resourceIsOversize;
    private SpanGroup _group;

    /// <param name="reserved">What to do with reserved attributes.</param>
    /// <param name="limits">Bounds beyond which a span is unsignable; null for a verifier, which has none.</param>
    public CanonicalSpan(ReservedKeys reserved, OtlpLimits? limits = null)
    {
        _reserved = reserved;
        _maxSpanBytes = limits?.MaxSpanBytes ?? int.MaxValue;
        _filterAttribute = FilterAttribute;
        _filterResourceAttribute = FilterResourceAttribute;
        _maps = new CanonicalMaps(_writer, limits, issue => Issue(_group, issue));
    }

    public SpanDigests Digests { get; } = new();

    public ReadOnlySpan<byte> TraceId => _traceId;

    public ReadOnlySpan<byte> SpanId => _spanId;

    /// <summary>Is given each group's canonical JSON, for whoever wants to see it.</summary>
    public Action<SpanGroup, ReadOnlyMemory<byte>>? Observer { get; set; }

    /// <summary>Span and resource attributes that are not there for the digests: what a verifier was told others may add.</summary>
    public KeyPatterns LeftOut { get; set; } = KeyPatterns.None;

    /// <summary>Resource attributes that a verifier wants covered.</summary>
    public KeyPatterns Required { get; set; } = KeyPatterns.None;

    /// <summary>The last span's resource has a required attribute outside the coverage.</summary>
    public bool LacksRequired { get; private set; }

    /// <summary>The longest covered key and value that do not make a span <see cref="IsOversize"/>.</summary>
    public int OversizeBytes
    {
        get => _maps.OversizeBytes;
        set => _maps.OversizeBytes = value;
    }

    /// <summary>The last span, or its resource, has an attribute that a store may cut (docs/format.md, U-17).</summary>
    public bool IsOversize => _maps.IsOversize;

    /// <summary>
    /// The keys that <see cref="LeftOut"/> left out of the last span's <see cref="SpanGroup.Attributes"/>, and of its
    /// <see cref="SpanGroup.Resource"/> if that was read anew.
    /// </summary>
    public SortedSet<(SpanGroup Group, string Key)> LeftOutKeys { get; } = [];

    public SpanIssues Issues
    {
        get
        {
            var all = SpanIssues.None;
            foreach (var issues in _issues)
            {
                all |= issues;
            }

            return all;
        }
    }

    public SpanIssues IssuesOf(SpanGroup group) => _issues[(int)group];

    /// <summary>Forgets the body: the next span's resource and scope are read anew.</summary>
    public void Reset()
    {
        _coverage = null;
        _writer.Reset();
        _resource.Reset();
        _maps.Reset();
    }

    /// <summary>Reads a span. An error means that the whole request cannot be decoded.</summary>
    public OtlpError Read(ITraceEncoding encoding, ReadOnlySpan<byte> body, in SpanView span, Coverage coverage)
    {
        Array.Clear(_issues);
        LeftOutKeys.Clear();
        if (span.Span.End.Value - span.Span.Start.Value > _maxSpanBytes)
        {
            TakeNothing();
            return OtlpError.None;
        }

        var isNewResource = !ReferenceEquals(coverage, _coverage) || !span.ResourceSpans.Equals(_resourceSpans);
        if (isNewResource)
        {
            _coverage = coverage;
            _resourceSpans = span.ResourceSpans;
            if (encoding.ReadResource(body, span, this) is var error && error != OtlpError.None)
            {
                return error;
            }

            _resourceIssues = IssuesOf(SpanGroup.Resource);
            _resourceIsOversize = _maps.IsOversize;
        }

        _issues[(int)SpanGroup.Resource] = _resourceIssues;
        if (isNewResource || !span.ScopeSpans.Equals(_scopeSpans))
        {
            _scopeSpans = span.ScopeSpans;
            if (encoding.ReadScope(body, span, this) is var error && error != OtlpError.None)
            {
                return error;
            }

            _scopeIssues = IssuesOf(SpanGroup.Resource);
        }

        _issues[(int)SpanGroup.Resource] = _scopeIssues;
        _maps.IsOversize = _resourceIsOversize;
        return encoding.ReadSpan(body, span, this);
    }

    void IResourceVisitor.BeginResource()
    {
        _group = SpanGroup.Resource;
        LacksRequired = false;
        _maps.IsOversize = false;
        _writer.Reset();
        _maps.Filter = _filterResourceAttribute;
    }

    void IResourceVisitor.EndResource()
    {
        _resource.Reset();
        _resource.Prefix(SpanDigests.Prefix(SpanGroup.Resource));
        _resource.BeginObject();
        _resource.Name("attributes"u8);
        _resource.Raw(_writer.Written);
        _resource.Separate();
        _resourceHash?.Dispose();
        _resourceHash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        _resourceHash.AppendData(_resource.Written);
    }

    void IResourceVisitor.Scope(ReadOnlySpan<byte> name, ReadOnlySpan<byte> version)
    {
        _group = SpanGroup.Resource;
        _writer.Reset();
        _writer.Name("scope"u8);
        _writer.BeginObject();
        _writer.Name("name"u8);
        String(name);
        _writer.Name("version"u8);
        String(version);
        _writer.EndObject();
        _writer.EndObject();
        using var hash = _resourceHash!.Clone();
        hash.AppendData(_writer.Written);
        hash.GetHashAndReset(Digests[SpanGroup.Resource]);
        Observer?.Invoke(SpanGroup.Resource, (byte[])[.. _resource.Written[SpanDigests.Prefix(SpanGroup.Resource).Length..], .. _writer.Written]);
    }

    void ISpanVisitor.BeginAttributes()
    {
        BeginGroup(SpanGroup.Attributes);
        _maps.Filter = _filterAttribute;
        _maps.Rename = _reserved == ReservedKeys.Rename ? SignatureAttributes.Reserved : KeyPatterns.None;
    }

    void ISpanVisitor.EndAttributes()
    {
        _maps.Rename = KeyPatterns.None;
        EndGroup();
    }

    void ISpanVisitor.BeginEvents()
    {
        BeginGroup(SpanGroup.Events);
        _maps.Filter = null;
        _writer.BeginArray();
    }

    void ISpanVisitor.BeginEvent()
    {
        _writer.BeginObject();
        _writer.Name("attributes"u8);
    }

    void ISpanVisitor.EndEvent(ReadOnlySpan<byte> name, ulong time)
    {
        _writer.Name("name"u8);
        String(name);
        _writer.Name("time"u8);
        _writer.IntegerString(time);
        _writer.EndObject();
    }

    void ISpanVisitor.EndEvents()
    {
        _writer.EndArray();
        EndGroup();
    }

    void ISpanVisitor.BeginLinks()
    {
        BeginGroup(SpanGroup.Links);
        _maps.Filter = null;
        _writer.BeginArray();
    }

    void ISpanVisitor.BeginLink()
    {
        _writer.BeginObject();
        _writer.Name("attributes"u8);
    }

    void ISpanVisitor.EndLink(ReadOnlySpan<byte> traceId, ReadOnlySpan<byte> spanId)
    {
        _writer.Name("span_id"u8);
        WriteOptionalId(spanId, SpanIdSize);
        _writer.Name("trace_id"u8);
        WriteOptionalId(traceId, TraceIdSize);
        _writer.EndObject();
    }

    void ISpanVisitor.EndLinks()
    {
        _writer.EndArray();
        EndGroup();
    }

    void ISpanVisitor.Core(in SpanCore core)
    {
        BeginGroup(SpanGroup.Core);
        TakeId(core.TraceId, _traceId);
        TakeId(core.SpanId, _spanId);
        _writer.BeginObject();
        _writer.Name("end"u8);
        _writer.IntegerString(core.EndTime);
        _writer.Name("kind"u8);
        WriteEnum(core.Kind == 0 ? 1 : core.Kind);
        _writer.Name("name"u8);
        String(core.Name);
        if (HasParent(core.ParentSpanId))
        {
            _writer.Name("parent_span_id"u8);
            _writer.HexString(core.ParentSpanId);
        }

        _writer.Name("span_id"u8);
        _writer.HexString(_spanId);
        _writer.Name("start"u8);
        _writer.IntegerString(core.StartTime);
        _writer.Name("status"u8);
        _writer.BeginObject();
        _writer.Name("code"u8);
        WriteEnum(core.StatusCode);
        _writer.Name("message"u8);
        String(core.StatusMessage);
        _writer.EndObject();
        _writer.Name("trace_id"u8);
        _writer.HexString(_traceId);
        _writer.EndObject();
        EndGroup();
    }

    public void BeginMap() => _maps.Begin();

    public void Key(ReadOnlySpan<byte> utf8) => _maps.Key(utf8);

    public void EndMap() => _maps.End();

    public void BeginArray() => _writer.BeginArray();

    public void EndArray() => _writer.EndArray();

    void IAttributeVisitor.String(ReadOnlySpan<byte> utf8)
    {
        _writer.BeginObject();
        _writer.Name("stringValue"u8);
        String(utf8);
        _writer.EndObject();
    }

    public void Int(long value)
    {
        _writer.BeginObject();
        _writer.Name("intValue"u8);
        _writer.IntegerString(value);
        _writer.EndObject();
    }

    public void Double(double value)
    {
        _writer.BeginObject();
        _writer.Name("doubleValue"u8);
        switch (value)
        {
            case double.NaN:
                _writer.String("NaN"u8);
                break;
            case double.PositiveInfinity:
                _writer.String("Infinity"u8);
                break;
            case double.NegativeInfinity:
                _writer.String("-Infinity"u8);
                break;
            case 0 when double.IsNegative(value):
                _writer.String("-0"u8);
                break;
            default:
                _writer.Number(value);
                break;
        }

        _writer.EndObject();
    }

    public void Bool(bool value)
    {
        _writer.BeginObject();
        _writer.Name("boolValue"u8);
        _writer.Boolean(value);
        _writer.EndObject();
    }

    public void Bytes(ReadOnlySpan<byte> value)
    {
        _writer.BeginObject();
        _writer.Name("bytesValue"u8);
        _writer.Base64(value);
        _writer.EndObject();
    }

    public void Empty() => _writer.Null();

    public void Issue(SpanGroup group, SpanIssues issue)
    {
        if (!_maps.IsLeavingOut)
        {
            _issues[(int)group] |= issue;
        }
    }

    private MapEntry FilterAttribute(ReadOnlySpan<byte> key)
    {
        return _reserved == ReservedKeys.LeaveOut && SignatureAttributes.Reserved.Matches(key)
            ? MapEntry.LeftOut
            : Filter(key, _coverage!.Attributes);
    }

    private MapEntry FilterResourceAttribute(ReadOnlySpan<byte> key)
    {
        var entry = Filter(key, _coverage!.Resource);
        LacksRequired |= entry == MapEntry.Uncovered && Required.Matches(key);
        return entry;
    }

    private MapEntry Filter(ReadOnlySpan<byte> key, KeyPatterns covered)
    {
        if (!covered.Matches(key))
        {
            return MapEntry.Uncovered;
        }

        if (!LeftOut.Matches(key))
        {
            return MapEntry.Covered;
        }

        LeftOutKeys.Add((_group, Encoding.UTF8.GetString(key)));
        return MapEntry.LeftOut;
    }

    private void BeginGroup(SpanGroup group)
    {
        _group = group;
        _writer.Reset();
        _writer.Prefix(SpanDigests.Prefix(group));
    }

    private void EndGroup()
    {
        SHA256.HashData(_writer.Written, Digests[_group]);
        Observer?.Invoke(_group, _writer.Written[SpanDigests.Prefix(_group).Length..].ToArray());
    }

    private void String(ReadOnlySpan<byte> utf8)
    {
        if (!Utf8.IsValid(utf8))
        {
            Issue(_group, SpanIssues.InvalidUtf8);
        }

        _writer.String(utf8);
    }

    private void WriteEnum(ulong value)
    {
        if (value > int.MaxValue)
        {
            Issue(_group, SpanIssues.Number);
        }

        _writer.Integer((long)value);
    }

    // What it would become is many times as large: an event of two bytes has a canonical form of forty.
    private void TakeNothing()
    {
        Array.Clear(_traceId);
        Array.Clear(_spanId);
        _maps.IsOversize = false;
        _issues[(int)SpanGroup.Core] = SpanIssues.Size;
    }

    private void TakeId(ReadOnlySpan<byte> id, Span<byte> destination)
    {
        destination.Clear();
        if (id.Length == destination.Length && id.ContainsAnyExcept((byte)0))
        {
            id.CopyTo(destination);
        }
        else
        {
            Issue(_group, SpanIssues.BadId);
        }
    }

    private bool HasParent(ReadOnlySpan<byte> parent)
    {
        if (parent.Length is not (0 or SpanIdSize))
        {
            Issue(_group, SpanIssues.BadId);
        }

        return parent.ContainsAnyExcept((byte)0);
    }

    private void WriteOptionalId(ReadOnlySpan<byte> id, int size)
    {
        if (id.Length != 0 && id.Length != size)
        {
            Issue(_group, SpanIssues.BadId);
        }

        _writer.HexString(id.ContainsAnyExcept((byte)0) ? id : default);
    }
}
