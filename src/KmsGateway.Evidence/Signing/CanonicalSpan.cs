using System.Security.Cryptography;
using System.Text;
using KmsGateway.Cryptography;
using KmsGateway.Evidence.Otlp;

namespace KmsGateway.Evidence.Signing;

/// <summary>
/// The canonical form of one span: reads it, protobuf or JSON, and takes the digests of its five groups, or says per group why it has no
/// canonical form. Reused from span to span; what spans of one resource and scope have in common is computed once.
/// </summary>
public sealed class CanonicalSpan : CanonicalValues, ISpanVisitor, IResourceVisitor
{
    private const int TraceIdSize = 16;
    private const int SpanIdSize = 8;

    private readonly CanonicalJsonWriter _resource = new();
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

    /// <param name="reserved">What to do with reserved attributes.</param>
    /// <param name="limits">Bounds beyond which a span is unsignable; null for a verifier, which has none.</param>
    public CanonicalSpan(ReservedKeys reserved, OtlpLimits? limits = null)
        : base(limits)
    {
        _reserved = reserved;
        _maxSpanBytes = limits?.MaxSpanBytes ?? int.MaxValue;
        _filterAttribute = FilterAttribute;
        _filterResourceAttribute = FilterResourceAttribute;
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
        get => Maps.OversizeBytes;
        set => Maps.OversizeBytes = value;
    }

    /// <summary>The last span, or its resource, has an attribute that a store may cut (docs/format.md, U-17).</summary>
    public bool IsOversize => Maps.IsOversize;

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
        Writer.Reset();
        _resource.Reset();
        Maps.Reset();
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
            _resourceIsOversize = Maps.IsOversize;
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
        Maps.IsOversize = _resourceIsOversize;
        return encoding.ReadSpan(body, span, this);
    }

    void IResourceVisitor.BeginResource()
    {
        Group = SpanGroup.Resource;
        LacksRequired = false;
        Maps.IsOversize = false;
        Writer.Reset();
        Maps.Filter = _filterResourceAttribute;
    }

    void IResourceVisitor.EndResource()
    {
        _resource.Reset();
        _resource.Prefix(SpanDigests.Prefix(SpanGroup.Resource));
        _resource.BeginObject();
        _resource.Name("attributes"u8);
        _resource.Raw(Writer.Written);
        _resource.Separate();
        _resourceHash?.Dispose();
        _resourceHash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        _resourceHash.AppendData(_resource.Written);
    }

    void IResourceVisitor.Scope(ReadOnlySpan<byte> name, ReadOnlySpan<byte> version)
    {
        Group = SpanGroup.Resource;
        Writer.Reset();
        Writer.Name("scope"u8);
        Writer.BeginObject();
        Writer.Name("name"u8);
        Text(name);
        Writer.Name("version"u8);
        Text(version);
        Writer.EndObject();
        Writer.EndObject();
        using var hash = _resourceHash!.Clone();
        hash.AppendData(Writer.Written);
        hash.GetHashAndReset(Digests[SpanGroup.Resource]);
        Observer?.Invoke(SpanGroup.Resource, (byte[])[.. _resource.Written[SpanDigests.Prefix(SpanGroup.Resource).Length..], .. Writer.Written]);
    }

    void ISpanVisitor.BeginAttributes()
    {
        BeginGroup(SpanGroup.Attributes);
        Maps.Filter = _filterAttribute;
        Maps.Rename = _reserved == ReservedKeys.Rename ? SignatureAttributes.Reserved : KeyPatterns.None;
    }

    void ISpanVisitor.EndAttributes()
    {
        Maps.Rename = KeyPatterns.None;
        EndGroup();
    }

    void ISpanVisitor.BeginEvents()
    {
        BeginGroup(SpanGroup.Events);
        Maps.Filter = null;
        Writer.BeginArray();
    }

    void ISpanVisitor.BeginEvent()
    {
        Writer.BeginObject();
        Writer.Name("attributes"u8);
    }

    void ISpanVisitor.EndEvent(ReadOnlySpan<byte> name, ulong time)
    {
        Writer.Name("name"u8);
        Text(name);
        Writer.Name("time"u8);
        Writer.IntegerString(time);
        Writer.EndObject();
    }

    void ISpanVisitor.EndEvents()
    {
        Writer.EndArray();
        EndGroup();
    }

    void ISpanVisitor.BeginLinks()
    {
        BeginGroup(SpanGroup.Links);
        Maps.Filter = null;
        Writer.BeginArray();
    }

    void ISpanVisitor.BeginLink()
    {
        Writer.BeginObject();
        Writer.Name("attributes"u8);
    }

    void ISpanVisitor.EndLink(ReadOnlySpan<byte> traceId, ReadOnlySpan<byte> spanId)
    {
        Writer.Name("span_id"u8);
        WriteOptionalId(spanId, SpanIdSize);
        Writer.Name("trace_id"u8);
        WriteOptionalId(traceId, TraceIdSize);
        Writer.EndObject();
    }

    void ISpanVisitor.EndLinks()
    {
        Writer.EndArray();
        EndGroup();
    }

    void ISpanVisitor.Core(in SpanCore core)
    {
        BeginGroup(SpanGroup.Core);
        TakeId(core.TraceId, _traceId);
        TakeId(core.SpanId, _spanId);
        Writer.BeginObject();
        Writer.Name("end"u8);
        Writer.IntegerString(core.EndTime);
        Writer.Name("kind"u8);
        WriteEnum(core.Kind == 0 ? 1 : core.Kind);
        Writer.Name("name"u8);
        Text(core.Name);
        if (HasParent(core.ParentSpanId))
        {
            Writer.Name("parent_span_id"u8);
            Writer.HexString(core.ParentSpanId);
        }

        Writer.Name("span_id"u8);
        Writer.HexString(_spanId);
        Writer.Name("start"u8);
        Writer.IntegerString(core.StartTime);
        Writer.Name("status"u8);
        Writer.BeginObject();
        Writer.Name("code"u8);
        WriteEnum(core.StatusCode);
        Writer.Name("message"u8);
        Text(core.StatusMessage);
        Writer.EndObject();
        Writer.Name("trace_id"u8);
        Writer.HexString(_traceId);
        Writer.EndObject();
        EndGroup();
    }

    private protected override void Issue(SpanGroup group, SpanIssues issue)
    {
        if (!Maps.IsLeavingOut)
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

        LeftOutKeys.Add((Group, Encoding.UTF8.GetString(key)));
        return MapEntry.LeftOut;
    }

    private void BeginGroup(SpanGroup group)
    {
        Group = group;
        Writer.Reset();
        Writer.Prefix(SpanDigests.Prefix(group));
    }

    private void EndGroup()
    {
        SHA256.HashData(Writer.Written, Digests[Group]);
        Observer?.Invoke(Group, Writer.Written[SpanDigests.Prefix(Group).Length..].ToArray());
    }

    private void WriteEnum(ulong value)
    {
        if (value > int.MaxValue)
        {
            Issue(Group, SpanIssues.Number);
        }

        Writer.Integer((long)value);
    }

    // What it would become is many times as large: an event of two bytes has a canonical form of forty.
    private void TakeNothing()
    {
        Array.Clear(_traceId);
        Array.Clear(_spanId);
        Maps.IsOversize = false;
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
            Issue(Group, SpanIssues.BadId);
        }
    }

    private bool HasParent(ReadOnlySpan<byte> parent)
    {
        if (parent.Length is not (0 or SpanIdSize))
        {
            Issue(Group, SpanIssues.BadId);
        }

        return parent.ContainsAnyExcept((byte)0);
    }

    private void WriteOptionalId(ReadOnlySpan<byte> id, int size)
    {
        if (id.Length != 0 && id.Length != size)
        {
            Issue(Group, SpanIssues.BadId);
        }

        Writer.HexString(id.ContainsAnyExcept((byte)0) ? id : default);
    }
}
