using System.Buffers;
using System.Text;
using KmsGateway.Cryptography;
using KmsGateway.Evidence.Compliance;
using KmsGateway.Evidence.Otlp;
using KmsGateway.Evidence.Signing;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace KmsGateway.Cli.Tests.Fixtures;

/// <summary>What a gateway leaves behind: keys with a trust chain, and signed spans. Alike in every run.</summary>
internal sealed class EvidenceFixture : IDisposable
{
    public const string Tenant = "default";

    private readonly List<SigningKey> _keys = [];
    private readonly TrustChain _chain;

    public EvidenceFixture()
    {
        Root = NewKey(255);
        _chain = new TrustChain(Root.PublicKey);
    }

    public static DateTimeOffset Start { get; } = new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);

    public FakeTimeProvider Time { get; } = new(Start);

    public SigningKey Root { get; }

    /// <summary>An active key that is in the trust file.</summary>
    public SigningKey AddKey(byte seed, string tenant = Tenant)
    {
        var key = NewKey(seed);
        Append(key, tenant, KeyStatus.Published);
        Append(key, tenant, KeyStatus.Active);
        return key;
    }

    /// <summary>A key of which the trust file does not know.</summary>
    public SigningKey NewKey(byte seed)
    {
        var key = SigningKey.FromSeed(Enumerable.Repeat(seed, SigningKey.SecretSize).ToArray());
        _keys.Add(key);
        return key;
    }

    public void Append(
        SigningKey key, string tenant, KeyStatus status, ulong? expires = null, string? reason = null, ulong? revokedAt = null)
    {
        var payload = new KeyEvent
        {
            Key = key.PublicKey,
            Tenant = tenant,
            Status = status,
            N = _chain.Entries.Count + 1,
            Previous = _chain.Head,
            NotBefore = UnixNanoseconds.From(Start) - 1_000_000_000,
            Expires = expires,
            Reason = reason,
            RevokedAt = revokedAt,
        }.ToPayload();
        Assert.True(_chain.TryAppend(Compact(Root, KeyEvent.Typ, payload), out var error), error);
    }

    public byte[] TrustFile() => Cryptography.TrustFile.Write(
        _chain, Compact(Root, Cryptography.TrustFile.AsOfTyp, Cryptography.TrustFile.AsOfPayload(_chain, UnixNanoseconds.From(Start))));

    /// <summary>One export request on a line of its own, its compliance spans signed.</summary>
    public string Sign(string request, SigningKey key, string tenant = Tenant, Coverage? coverage = null)
    {
        var body = Encoding.UTF8.GetBytes(request);
        coverage ??= new Coverage(new KeyPatterns(["*"]), new KeyPatterns(["compliance.*", "service.name"]));
        var policy = new SigningPolicy(tenant, ComplianceRules.Default, coverage, "enforce", OversizePolicy.Default);
        var signer = new SpanSigner(key, policy, TenantSource.Header, Time);
        var encoding = JsonTraceEncoding.Instance;
        var scan = new TraceScan();
        Assert.Equal(
            OtlpError.None, encoding.Scan(body, ComplianceRules.Default.Keys, SignatureAttributes.Reserved, new OtlpLimits(), scan));
        var canonical = new CanonicalSpan(ReservedKeys.Rename);
        var splicer = new TraceSplicer();
        splicer.Reset(scan, body.Length);
        foreach (var span in scan.Spans)
        {
            Assert.Equal(OtlpError.None, canonical.Read(encoding, body, span, policy.Coverage));
            Assert.Equal(SpanIssues.None, canonical.Issues);
            var attributes = new ArrayBufferWriter<byte>();
            signer.Sign(canonical, encoding, attributes);
            encoding.AppendAttributes(splicer, span, attributes.WrittenSpan);
        }

        splicer.Complete();
        return Encoding.UTF8.GetString([.. splicer.Slices(body).SelectMany(slice => slice.ToArray())]);
    }

    public void Dispose() => _keys.ForEach(key => key.Dispose());

    private static string Compact(SigningKey key, string typ, byte[] payload)
    {
        var input = Jws.SigningInput(key.PublicKey, typ, payload);
        return Jws.Compact(input, key.Sign(input));
    }
}
