using System.Text;
using KmsGateway.Cryptography;
using KmsGateway.Evidence.Otlp;
using KmsGateway.Evidence.Signing;
using KmsGateway.Evidence.Verification.Stores;

namespace KmsGateway.Evidence.Verification;

/// <summary>
/// Verifies signed spans against a trust file, each for itself. Offline: bytes and keys in, verdicts out. One thread at a time.
/// </summary>
public sealed class SpanVerifier
{
    private const int AttributesOfASignature = 6;

    private static readonly OtlpLimits NoLimits = new() { MaxSpans = int.MaxValue };

    private readonly TrustFile _trust;
    private readonly VerifierOptions _options;
    private readonly TraceScan _scan = new();
    private readonly SpanSignature _signature = new();
    private readonly CanonicalSpan _canonical = new(ReservedKeys.LeaveOut);
    private readonly StoreLosses _losses = new();
    private readonly Dictionary<string, Coverage> _coverages = new(StringComparer.Ordinal);
    private TraceStore _store;

    public SpanVerifier(TrustFile trust, VerifierOptions options)
    {
        _trust = trust;
        _options = options;
        _canonical.Required = options.MinCoverage;
    }

    /// <summary>Verifies one export request. An error means that it cannot be read, from some span on or at all.</summary>
    /// <param name="body">The request.</param>
    /// <param name="encoding">Its form.</param>
    /// <param name="report">Is given a verdict for each span that is signed or a compliance span, in the order of the request.</param>
    /// <param name="spanCount">How many spans the request has in all.</param>
    /// <param name="store">The store whose answer the request was.</param>
    public OtlpError Verify(
        ReadOnlyMemory<byte> body, ITraceEncoding encoding, Action<SpanVerdict> report, out int spanCount,
        TraceStore store = TraceStore.None)
    {
        _store = store;
        _scan.Reset();
        _canonical.Reset();
        var error = encoding.Scan(body, _options.MinCoverage, SignatureAttributes.Reserved, NoLimits, _scan);
        spanCount = _scan.SpanCount;
        for (var i = 0; i < _scan.Spans.Length && error == OtlpError.None; i++)
        {
            error = Verify(body.Span, encoding, _scan.Spans[i], out var verdict);
            if (error == OtlpError.None)
            {
                report(verdict);
            }
        }

        return error;
    }

    private OtlpError Verify(ReadOnlySpan<byte> body, ITraceEncoding encoding, in SpanView span, out SpanVerdict verdict)
    {
        _signature.Reset();
        var error = encoding.ReadSpan(body, span, _signature);
        verdict = new SpanVerdict(Verdict.MalformedSignature, _signature.TraceId, _signature.SpanId, _signature.Name)
        {
            Kid = _signature[SignatureAttributes.KeyId],
        };
        if (error != OtlpError.None || CheckAttributes(span.HasReserved, ref verdict, out var statement, out var key))
        {
            return error;
        }

        verdict = verdict with
        {
            Kid = key.Key.Kid,
            Tenant = statement.Tenant,
            IssuedAt = statement.IssuedAt,
            Policy = statement.Policy,
        };
        if (CheckKey(statement, key) is { } refused)
        {
            verdict = verdict with { Verdict = refused };
            return OtlpError.None;
        }

        error = Compare(body, encoding, span, statement, KeyPatterns.None, out var altered);
        if (error != OtlpError.None)
        {
            return error;
        }

        if (_canonical.LacksRequired)
        {
            verdict = verdict with { Verdict = Verdict.InsufficientCoverage };
            return OtlpError.None;
        }

        var additions = new List<string>();
        if (altered.Count > 0 && _options.AllowAdded.Patterns.Count > 0)
        {
            error = ForgiveAdditions(body, encoding, span, statement, altered, additions);
        }

        if (altered.Count > 0)
        {
            verdict = JudgeAltered(body, encoding, span, statement, altered, verdict);
            return error;
        }

        verdict = verdict with
        {
            Verdict = additions.Count > 0 ? Verdict.VerifiedWithAdditions : Verdict.Verified,
            Additions = additions,
            Identity = VerifiedSpan.Of(statement),
        };
        return error;
    }

    /// <summary>Everything that the reserved attributes decide. True when they decide the verdict.</summary>
    /// <remarks>A key that a KeyValue repeats is reserved for the scan and not seen here: somebody hides something.</remarks>
    private bool CheckAttributes(bool hasReserved, ref SpanVerdict verdict, out Statement statement, out TrustedKey key)
    {
        statement = null!;
        key = null!;
        if (!_signature.HasAny)
        {
            verdict = hasReserved ? verdict : verdict with { Verdict = Verdict.Unsigned };
            return true;
        }

        if (_signature.IsMalformed)
        {
            return true;
        }

        if (_signature[SignatureAttributes.Error] is { } reason)
        {
            if (_signature.Count == 1)
            {
                verdict = verdict with { Verdict = Verdict.Unsigned, Reason = UnsignableReason.All.Contains(reason) ? reason : null };
            }

            return true;
        }

        // A proof belongs to batch mode, which this version of the format reserves.
        if (_signature[SignatureAttributes.Proof] is not null)
        {
            verdict = _signature[SignatureAttributes.Value] is null ? verdict with { Verdict = Verdict.UnsupportedVersion } : verdict;
            return true;
        }

        if (_signature.Count != AttributesOfASignature
            || _signature[SignatureAttributes.Canonicalization] is not { } version
            || !version.StartsWith(FormatVersion.AnySpan, StringComparison.Ordinal))
        {
            return true;
        }

        if (version != FormatVersion.Span)
        {
            verdict = verdict with { Verdict = Verdict.UnsupportedVersion };
            return true;
        }

        if (_signature[SignatureAttributes.Signer] is not SignatureAttributes.SignerCollector
            || !Base64UrlText.TryDecode(_signature[SignatureAttributes.Statement], out var statementJson)
            || !TryDecodeValue(out var signature))
        {
            return true;
        }

        if (Statement.IsOfAnotherVersion(statementJson))
        {
            verdict = verdict with { Verdict = Verdict.UnsupportedVersion };
            return true;
        }

        if (!_trust.Chain.TryFind(_signature[SignatureAttributes.KeyId]!, out key!))
        {
            verdict = verdict with { Verdict = Verdict.UnknownKey };
            return true;
        }

        if (_signature[SignatureAttributes.Algorithm] != key.Key.Algorithm || !Statement.TryParse(statementJson, out statement!))
        {
            return true;
        }

        if (!key.Key.Verify(Jws.SigningInput(key.Key, FormatVersion.SpanTyp, statementJson), signature))
        {
            verdict = verdict with { Verdict = Verdict.BadSignature };
            return true;
        }

        return false;
    }

    private bool TryDecodeValue(out byte[] signature)
    {
        signature = new byte[VerificationKey.SignatureSize];
        return _signature[SignatureAttributes.Value] is { } value
            && Convert.TryFromBase64String(value, signature, out var length)
            && length == VerificationKey.SignatureSize
            && value == Convert.ToBase64String(signature);
    }

    private Verdict? CheckKey(Statement statement, TrustedKey key)
    {
        if (statement.Tenant != key.Tenant || (_options.Tenant is { } tenant && tenant != statement.Tenant))
        {
            return Verdict.WrongTenant;
        }

        if (!key.IsValidAt(statement.IssuedAt))
        {
            return Verdict.KeyNotValidAt;
        }

        if (key.IsRevokedFor(statement.IssuedAt))
        {
            return Verdict.KeyRevoked;
        }

        return statement.Coverage.Attributes.Contains(_options.MinCoverage) ? null : Verdict.InsufficientCoverage;
    }

    /// <summary>The groups that differ, each with whether it has a canonical form at all.</summary>
    private OtlpError Compare(
        ReadOnlySpan<byte> body, ITraceEncoding encoding, in SpanView span, Statement statement, KeyPatterns leftOut,
        out SortedDictionary<SpanGroup, bool> altered)
    {
        altered = [];
        if (leftOut.Patterns.Count > 0 || _canonical.LeftOut.Patterns.Count > 0)
        {
            _canonical.Reset();
        }

        _canonical.LeftOut = leftOut;
        var error = _canonical.Read(encoding, body, span, Intern(statement.Coverage));
        foreach (var group in Enum.GetValues<SpanGroup>())
        {
            var hasForm = _canonical.IssuesOf(group) == SpanIssues.None;
            var isSame = hasForm
                && _canonical.Digests[group].SequenceEqual(statement.Digests[group])
                && (group != SpanGroup.Core || IsSameSpan(statement));
            if (!isSame)
            {
                altered.Add(group, hasForm);
            }
        }

        return error;
    }

    /// <summary>Takes from the altered groups those that are as signed without the attributes that others may add.</summary>
    private OtlpError ForgiveAdditions(
        ReadOnlySpan<byte> body, ITraceEncoding encoding, in SpanView span, Statement statement,
        SortedDictionary<SpanGroup, bool> altered, List<string> additions)
    {
        var error = Compare(body, encoding, span, statement, _options.AllowAdded, out var stillAltered);
        foreach (var group in altered.Where(pair => pair.Value && !stillAltered.ContainsKey(pair.Key)).Select(pair => pair.Key).ToList())
        {
            altered.Remove(group);
            additions.AddRange(_canonical.LeftOutKeys.Where(leftOut => leftOut.Group == group).Select(leftOut => leftOut.Key));
        }

        return error;
    }

    // Statements of one gateway share one coverage: one object for all lets the resource's digest be computed once.
    private Coverage Intern(Coverage coverage)
    {
        var json = Encoding.UTF8.GetString(coverage.Json.Span);
        if (!_coverages.TryGetValue(json, out var known))
        {
            _coverages.Add(json, coverage);
            known = coverage;
        }

        return known;
    }

    /// <summary>What a store is known to lose is not altered; as long as nothing else is.</summary>
    private SpanVerdict JudgeAltered(
        ReadOnlySpan<byte> body, ITraceEncoding encoding, in SpanView span, Statement statement,
        SortedDictionary<SpanGroup, bool> groups, SpanVerdict verdict)
    {
        SpanGroup[] altered = [.. groups.Keys];
        if (_store != TraceStore.None)
        {
            _losses.Read(_store, encoding, body, span, statement.Coverage);
            altered = [.. groups.Where(group => !IsLost(group.Key, hasForm: group.Value, statement)).Select(group => group.Key)];
        }

        return altered.Length > 0
            ? verdict with { Verdict = Verdict.Altered, Groups = altered }
            : verdict with { Verdict = Verdict.LossyStore, Groups = [.. groups.Keys] };
    }

    private bool IsLost(SpanGroup group, bool hasForm, Statement statement) =>
        hasForm && _losses.Has(group) && (group != SpanGroup.Core || IsSameSpan(statement));

    private bool IsSameSpan(Statement statement) =>
        _canonical.TraceId.SequenceEqual(statement.TraceId) && _canonical.SpanId.SequenceEqual(statement.SpanId);
}
