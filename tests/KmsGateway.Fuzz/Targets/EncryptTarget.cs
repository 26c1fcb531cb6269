using KmsGateway.Cryptography;
using KmsGateway.Evidence.Compliance;
using KmsGateway.Evidence.Encryption;
using KmsGateway.Evidence.Otlp;

namespace KmsGateway.Fuzz.Targets;

/// <summary>Encrypts a request, or withholds its values, and looks at what comes of it: every sensitive value is gone and can be had back, all else is as it was.</summary>
internal sealed class EncryptTarget : IFuzzTarget, IDisposable
{
    private static readonly KeyPatterns Rules = ComplianceRules.Default.Keys;
    private static readonly SensitiveKeys Sensitive = new(new KeyPatterns(["pii.*", "user.email", "audit.integrity.value.0"]));

    private readonly string _encodingName;
    private readonly ITraceEncoding _encoding;
    private readonly OtlpLimits _limits = new();
    private readonly TenantSeed _seed = new(Installation.Tenant, new string('5', 32), [.. Enumerable.Repeat((byte)5, TenantSeed.Size)]);
    private readonly AttributeCipher _cipher;
    private readonly TraceSplicer _splicer = new();
    private readonly EncryptedRequest _before;
    private readonly EncryptedRequest _after;
    private readonly CanonicalValue _value;
    private readonly EncryptionCheck _check;

    public EncryptTarget(string encodingName, ITraceEncoding encoding)
    {
        (_encodingName, _encoding) = (encodingName, encoding);
        _cipher = new AttributeCipher(_limits);
        _value = new CanonicalValue(_limits);
        _check = new EncryptionCheck(encoding, _seed);
        (_before, _after) = (new EncryptedRequest(encoding, Sensitive), new EncryptedRequest(encoding, Sensitive));
    }

    public string Name => "encrypt-" + _encodingName;

    public IEnumerable<byte[]> Seeds() => VectorInputs.Of(_encodingName, "encrypt", "encrypt-sign", "sign");

    public void Run(byte[] input)
    {
        Run(input, allSpans: false, withhold: false);
        Run(input, allSpans: true, withhold: false);
        Run(input, allSpans: true, withhold: true);
    }

    public void Dispose()
    {
        _check.Dispose();
        _seed.Dispose();
    }

    private void Run(byte[] input, bool allSpans, bool withhold)
    {
        if (_before.TryFind(input, Rules, allSpans) != OtlpError.None || !TryEncrypt(input, withhold, out var plaintexts, out var issues))
        {
            return;
        }

        byte[] output = [.. _splicer.Slices(input).SelectMany(slice => slice.ToArray())];
        InvariantException.ThrowIfNot(output.Length == _splicer.Length, "the splicer announces its length");
        if (_encoding is JsonTraceEncoding)
        {
            ProtectTarget.CheckJson(input);
            ProtectTarget.CheckJson(output);
        }

        var error = _after.TryFind(output, Rules, allSpans);
        InvariantException.ThrowIfNot(error == OtlpError.None, $"what was encrypted can be read: {error}");
        EncryptionCheck.SameSpans(_before, _after);
        _check.Values(_after, plaintexts, withhold);
        InvariantException.ThrowIfNot(
            Remainder.Of(_before).AsSpan().SequenceEqual(Remainder.Of(_after)), "what is not sensitive is as it was, byte for byte");
        _check.CanonicalForms(_before, _after, issues);
    }

    private bool TryEncrypt(byte[] input, bool withhold, out List<byte[]> plaintexts, out Dictionary<int, SpanIssues> issues)
    {
        (plaintexts, issues) = ([], []);
        _splicer.Reset(_before.Scan, input.Length);
        _cipher.Reset();
        var encryptor = _seed.Take();
        foreach (var span in _before.Search.Spans)
        {
            _cipher.SetSpan(Installation.Tenant, _encoding, input, span);
            foreach (var attribute in _before.Search.Of(span))
            {
                var error = withhold
                    ? _cipher.Withhold(_encoding, input, attribute, _splicer)
                    : _cipher.Encrypt(_encoding, input, attribute, encryptor, _splicer);
                if (error != OtlpError.None)
                {
                    _seed.GiveBack(encryptor);
                    return false;
                }

                plaintexts.Add(Plaintext(input, attribute));
                issues[span.Span] = issues.GetValueOrDefault(span.Span) | _cipher.Issues;
            }
        }

        _seed.GiveBack(encryptor);
        _splicer.Complete();
        return true;
    }

    private byte[] Plaintext(byte[] input, in AttributeView attribute)
    {
        _value.Read(_encoding, input, attribute);
        return _value.Issues == SpanIssues.None ? _value.Json.ToArray() : [_encoding.RawValueMark, .. input[attribute.KeyValue]];
    }
}
