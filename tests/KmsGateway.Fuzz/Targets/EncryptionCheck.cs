using System.Text;
using KmsGateway.Cryptography;
using KmsGateway.Evidence.Encryption;
using KmsGateway.Evidence.Otlp;
using KmsGateway.Evidence.Signing;

namespace KmsGateway.Fuzz.Targets;

/// <summary>What holds between a request and what encrypting made of it.</summary>
internal sealed class EncryptionCheck(ITraceEncoding encoding, TenantSeed seed) : IDisposable
{
    private static readonly Coverage Coverage = new(new KeyPatterns(["*"]), new KeyPatterns(["compliance.*", "service.name"]));
    private static readonly byte[] Withheld = [.. "{\"stringValue\":\""u8, .. Encoding.ASCII.GetBytes(EncryptedValue.Withheld), .. "\"}"u8];

    private readonly ValueDecryptor _decryptor = new(seed);
    private readonly ValuePlace _place = new();
    private readonly CanonicalValue _value = new(limits: null);
    private readonly CanonicalSpan _canonicalBefore = new(ReservedKeys.Rename, new OtlpLimits());
    private readonly CanonicalSpan _canonicalAfter = new(ReservedKeys.Rename, new OtlpLimits());

    public void Dispose() => _decryptor.Dispose();

    public static void SameSpans(EncryptedRequest before, EncryptedRequest after)
    {
        InvariantException.ThrowIfNot(before.Scan.SpanCount == after.Scan.SpanCount, "no span comes or goes");
        InvariantException.ThrowIfNot(
            Spans(before).SequenceEqual(Spans(after)), "a span stays where it is, as wanted as it was and with the reserved names it had");
        InvariantException.ThrowIfNot(
            before.Search.Spans.Length == after.Search.Spans.Length
            && before.Attributes.Select(attribute => attribute.Scope).SequenceEqual(after.Attributes.Select(attribute => attribute.Scope)),
            "a sensitive attribute stays one");
    }

    /// <summary>Every sensitive attribute has an encrypted value that gives back what it was, where it stands now.</summary>
    public void Values(EncryptedRequest after, List<byte[]> plaintexts, bool isWithheld)
    {
        var next = 0;
        foreach (var span in after.Search.Spans)
        {
            _place.SetSpan(seed.Tenant, encoding, after.Body, span);
            foreach (var attribute in after.Search.Of(span))
            {
                var error = _value.Read(encoding, after.Body, attribute);
                InvariantException.ThrowIfNot(error == OtlpError.None, $"an encrypted value can be read: {error}");
                Value(encoding.ReadKey(after.Body, attribute), attribute.Scope, plaintexts[next++], isWithheld);
            }
        }
    }

    /// <summary>What is wrong with a span stays or is what is wrong with its sensitive values; groups without any have the digests that they had.</summary>
    public void CanonicalForms(EncryptedRequest before, EncryptedRequest after, Dictionary<int, SpanIssues> cipherIssues)
    {
        _canonicalBefore.Reset();
        _canonicalAfter.Reset();
        var groups = before.Search.Spans.ToArray().ToDictionary(
            span => span.Span,
            span => before.Search.Of(span).ToArray().Select(attribute => GroupOf(attribute.Scope)).ToHashSet());
        for (var i = 0; i < before.Scan.Spans.Length; i++)
        {
            var error = _canonicalBefore.Read(encoding, before.Body, before.Scan.Spans[i], Coverage);
            var errorAfter = _canonicalAfter.Read(encoding, after.Body, after.Scan.Spans[i], Coverage);
            InvariantException.ThrowIfNot(error == errorAfter, $"a span is as readable as it was: {error}, {errorAfter}");
            if (error != OtlpError.None)
            {
                // The reader stopped in the midst of it.
                _canonicalBefore.Reset();
                _canonicalAfter.Reset();
                continue;
            }

            Groups(groups.GetValueOrDefault(i, []));
            InvariantException.ThrowIfNot(
                (_canonicalBefore.Issues & ~(_canonicalAfter.Issues | cipherIssues.GetValueOrDefault(i))) == SpanIssues.None,
                $"an issue stays: {_canonicalBefore.Issues}, {_canonicalAfter.Issues} and {cipherIssues.GetValueOrDefault(i)}");
            InvariantException.ThrowIfNot(
                (_canonicalAfter.Issues & ~_canonicalBefore.Issues) == SpanIssues.None,
                $"encrypting makes no span unsignable: {_canonicalBefore.Issues}, {_canonicalAfter.Issues}");
        }
    }

    private static IEnumerable<(int Index, bool IsWanted, bool HasReserved)> Spans(EncryptedRequest request) =>
        request.Scan.Spans.ToArray().Select(span => (span.Index, span.IsWanted, span.HasReserved));

    private static SpanGroup GroupOf(AttributeScope scope) => scope switch
    {
        AttributeScope.Event => SpanGroup.Events,
        AttributeScope.Link => SpanGroup.Links,
        _ => SpanGroup.Attributes,
    };

    private void Value(ReadOnlySpan<byte> key, AttributeScope scope, byte[] plaintext, bool isWithheld)
    {
        if (isWithheld)
        {
            InvariantException.ThrowIfNot(_value.Json.SequenceEqual(Withheld), "a value that no key is for says so");
            return;
        }

        var text = _value.Json;
        var isString = text.StartsWith("{\"stringValue\":\""u8) && text.EndsWith("\"}"u8);
        InvariantException.ThrowIfNot(isString, "a sensitive value is a string");
        InvariantException.ThrowIfNot(
            EncryptedValue.TryParse(text["{\"stringValue\":\"".Length..^2], out var value) && value.Kid == seed.Kid, "a sensitive value is encrypted");
        var isRenamed = scope == AttributeScope.Span && SignatureAttributes.Reserved.Matches(key);
        _place.SetAttribute(scope, key, isRenamed ? SignatureAttributes.RenamedSuffix : default);
        var decrypted = new byte[value.PlaintextLength];
        InvariantException.ThrowIfNot(_decryptor.TryDecrypt(value, _place.Json, decrypted), "a value decrypts where it stands");
        InvariantException.ThrowIfNot(decrypted.AsSpan().SequenceEqual(plaintext), "what was encrypted comes back");
    }

    private void Groups(HashSet<SpanGroup> sensitive)
    {
        foreach (var group in Enum.GetValues<SpanGroup>().Where(group => !sensitive.Contains(group)))
        {
            InvariantException.ThrowIfNot(
                _canonicalBefore.IssuesOf(group) == _canonicalAfter.IssuesOf(group)
                && _canonicalBefore.Digests[group].SequenceEqual(_canonicalAfter.Digests[group]),
                $"{group} has nothing sensitive and is as it was");
        }
    }
}
