using System.Buffers;
using KmsGateway.Cryptography;
using KmsGateway.Evidence.Compliance;
using KmsGateway.Evidence.Otlp;
using KmsGateway.Evidence.Signing;
using KmsGateway.Evidence.Verification;
using Microsoft.Extensions.Time.Testing;

namespace KmsGateway.Evidence.Tests;

/// <summary>An installation in memory: a root, a tenant with an active key, and what gateway and verifier do with them.</summary>
internal sealed class EvidenceFixture : IDisposable
{
    public const string Tenant = "acme";

    public static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private readonly List<string> _chain = [];

    public EvidenceFixture(string rootAlgorithm = SigningAlgorithm.EdDsa, string keyAlgorithm = SigningAlgorithm.EdDsa)
    {
        Root = SigningKey.Import(rootAlgorithm, Secret(1));
        Key = SigningKey.Import(keyAlgorithm, Secret(2));
        Append(KeyStatus.Published);
        Append(KeyStatus.Active);
    }

    public SigningKey Root { get; }

    /// <summary>What the tenant signs with.</summary>
    public SigningKey Key { get; private set; }

    public FakeTimeProvider Time { get; } = new(Start.AddHours(1));

    public Coverage Coverage { get; init; } = new(new KeyPatterns(["*"]), new KeyPatterns(["compliance.*", "service.name"]));

    public void Append(KeyStatus status, Action<KeyEventBuilder>? change = null)
    {
        var builder = new KeyEventBuilder();
        change?.Invoke(builder);
        var payload = new KeyEvent
        {
            Key = Key.PublicKey,
            Tenant = Tenant,
            Status = status,
            N = _chain.Count + 1,
            Previous = _chain.Count == 0 ? "" : TrustChain.Link(_chain[^1]),
            NotBefore = UnixNanoseconds.From(Start),
            Expires = builder.Expires,
            Reason = builder.Reason,
            RevokedAt = builder.RevokedAt,
        }.ToPayload();
        _chain.Add(Compact(KeyEvent.Typ, payload));
    }

    /// <summary>Retires the tenant's key and gives it one of the other algorithm.</summary>
    public void ChangeAlgorithm()
    {
        Append(KeyStatus.Retired);
        var other = Key.Algorithm == SigningAlgorithm.EdDsa ? SigningAlgorithm.Es256 : SigningAlgorithm.EdDsa;
        Key.Dispose();
        Key = SigningKey.Import(other, Secret(3));
        Append(KeyStatus.Published);
        Append(KeyStatus.Active);
    }

    public byte[] TrustFileJson()
    {
        var chain = new TrustChain(Root.PublicKey);
        foreach (var entry in _chain)
        {
            if (!chain.TryAppend(entry, out var error))
            {
                throw new InvalidOperationException(error);
            }
        }

        return TrustFile.Write(chain, Compact(TrustFile.AsOfTyp, TrustFile.AsOfPayload(chain, UnixNanoseconds.From(Time.GetUtcNow()))));
    }

    /// <summary>What the gateway does with a body.</summary>
    public byte[] Protect(byte[] body, ITraceEncoding encoding, OtlpLimits? limits = null)
    {
        var scan = new TraceScan();
        var splicer = new TraceSplicer();
        var error = encoding.Scan(body, ComplianceRules.Default.Keys, SignatureAttributes.Reserved, limits ?? new OtlpLimits(), scan);
        if (error != OtlpError.None)
        {
            throw new OtlpErrorException(error);
        }

        splicer.Reset(scan, body.Length);
        var canonical = new CanonicalSpan(ReservedKeys.Rename, limits ?? new OtlpLimits());
        var policy = new SigningPolicy(Tenant, ComplianceRules.Default, Coverage, "enforce", OversizePolicy.Default);
        var signer = new SpanSigner(Key, policy, TenantSource.Credential, Time);
        var attributes = new ArrayBufferWriter<byte>();
        foreach (var span in scan.Spans.ToArray())
        {
            if (span.HasReserved)
            {
                encoding.RenameAttributes(splicer, body, span, SignatureAttributes.Reserved, SignatureAttributes.RenamedSuffix);
            }

            if (!span.IsWanted)
            {
                continue;
            }

            error = canonical.Read(encoding, body, span, policy.Coverage);
            if (error != OtlpError.None)
            {
                throw new OtlpErrorException(error);
            }

            attributes.ResetWrittenCount();
            if (canonical.Issues == SpanIssues.None)
            {
                signer.Sign(canonical, encoding, attributes);
            }
            else
            {
                SpanSigner.Mark(UnsignableReason.Of(canonical.Issues), encoding, attributes);
            }

            encoding.AppendAttributes(splicer, span, attributes.WrittenSpan);
        }

        splicer.Complete();
        var output = splicer.Slices(body).SelectMany(slice => slice.ToArray()).ToArray();
        if (output.Length != splicer.Length)
        {
            throw new InvalidOperationException($"The splicer announced {splicer.Length} bytes and gave {output.Length}.");
        }

        return output;
    }

    public IReadOnlyList<SpanVerdict> Verify(byte[] body, ITraceEncoding encoding, VerifierOptions? options = null)
    {
        var verdicts = new List<SpanVerdict>();
        var error = Verifier(options).Verify(body, encoding, verdicts.Add, out _);
        return error == OtlpError.None ? verdicts : throw new OtlpErrorException(error);
    }

    public SpanVerifier Verifier(VerifierOptions? options = null) => new(TrustFile.Parse(TrustFileJson()), options ?? new VerifierOptions());

    public void Dispose()
    {
        Root.Dispose();
        Key.Dispose();
    }

    private string Compact(string typ, byte[] payload)
    {
        var input = Jws.SigningInput(Root.PublicKey, typ, payload);
        return Jws.Compact(input, Root.Sign(input));
    }

    private static byte[] Secret(byte value) => Enumerable.Repeat(value, SigningKey.SecretSize).ToArray();
}
