using System.Buffers;
using System.Text.Json;
using KmsGateway.Evidence.Compliance;
using KmsGateway.Evidence.Otlp;
using KmsGateway.Evidence.Signing;
using KmsGateway.Evidence.Verification;

namespace KmsGateway.Fuzz.Targets;

/// <summary>What a gateway does with a request, and a verifier with what comes of it: scanner, readers, canonical form, splicer.</summary>
internal sealed class ProtectTarget(string name, ITraceEncoding encoding) : IFuzzTarget
{
    private static readonly KeyPatterns Rules = ComplianceRules.Default.Keys;
    private static readonly Coverage Coverage = new(new KeyPatterns(["*"]), new KeyPatterns(["compliance.*", "service.name"]));

    private readonly TraceScan _scan = new();
    private readonly TraceScan _again = new();
    private readonly TraceSplicer _splicer = new();
    private readonly OtlpLimits _limits = new();
    private readonly CanonicalSpan _canonical = new(ReservedKeys.Rename, new OtlpLimits());
    private readonly ArrayBufferWriter<byte> _attributes = new();
    private readonly SpanSigner _signer = new(
        Installation.Key,
        new SigningPolicy(Installation.Tenant, ComplianceRules.Default, Coverage, "enforce", OversizePolicy.Default),
        TenantSource.Credential,
        TimeProvider.System);
    private readonly SpanVerifier _verifier = new(Installation.Trust, new VerifierOptions());

    public string Name => name;

    public IEnumerable<byte[]> Seeds() => VectorInputs.Of(name);

    public void Run(byte[] input)
    {
        var expected = new List<string>();
        if (!TryProtect(input, expected, out var output))
        {
            return;
        }

        if (encoding is JsonTraceEncoding)
        {
            CheckJson(input);
            CheckJson(output);
        }

        _again.Reset();
        var error = encoding.Scan(output, Rules, SignatureAttributes.Reserved, _limits, _again);
        InvariantException.ThrowIfNot(error == OtlpError.None, $"what was protected can be read: {error}");
        InvariantException.ThrowIfNot(_again.SpanCount == _scan.SpanCount, "no span comes or goes");
        foreach (var span in _again.Spans)
        {
            InvariantException.ThrowIfNot(span.IsWanted || !span.HasReserved, "a client's reserved name does not stay on an ordinary span");
        }

        var verdicts = new List<string>();
        error = _verifier.Verify(output, encoding, verdict => verdicts.Add(verdict.Text), out _);
        InvariantException.ThrowIfNot(error == OtlpError.None, $"what was protected can be verified: {error}");
        InvariantException.ThrowIfNot(
            verdicts.SequenceEqual(expected), $"[{string.Join(' ', expected)}] expected, [{string.Join(' ', verdicts)}] found");
    }

    private bool TryProtect(byte[] input, List<string> verdicts, out byte[] output)
    {
        output = [];
        _scan.Reset();
        _canonical.Reset();
        if (encoding.Scan(input, Rules, SignatureAttributes.Reserved, _limits, _scan) != OtlpError.None)
        {
            return false;
        }

        _splicer.Reset(_scan, input.Length);
        for (var i = 0; i < _scan.Spans.Length; i++)
        {
            var span = _scan.Spans[i];
            if (span.HasReserved)
            {
                encoding.RenameAttributes(_splicer, input, span, SignatureAttributes.Reserved, SignatureAttributes.RenamedSuffix);
            }

            if (!span.IsWanted)
            {
                continue;
            }

            if (_canonical.Read(encoding, input, span, Coverage) != OtlpError.None)
            {
                return false;
            }

            verdicts.Add(Append(span));
        }

        _splicer.Complete();
        output = [.. _splicer.Slices(input).SelectMany(slice => slice.ToArray())];
        InvariantException.ThrowIfNot(output.Length == _splicer.Length, "the splicer announces its length");
        return true;
    }

    private string Append(in SpanView span)
    {
        string verdict;
        _attributes.ResetWrittenCount();
        if (_canonical.Issues == SpanIssues.None)
        {
            _signer.Sign(_canonical, encoding, _attributes);
            verdict = "verified";
        }
        else
        {
            var reason = UnsignableReason.Of(_canonical.Issues);
            SpanSigner.Mark(reason, encoding, _attributes);
            verdict = $"unsigned:{reason}";
        }

        encoding.AppendAttributes(_splicer, span, _attributes.WrittenSpan);
        return verdict;
    }

    internal static void CheckJson(byte[] json)
    {
        using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 10_000 });
        InvariantException.ThrowIfNot(document.RootElement.ValueKind == JsonValueKind.Object, "a request is an object");
    }
}
