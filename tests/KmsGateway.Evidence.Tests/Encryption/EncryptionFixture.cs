using KmsGateway.Cryptography;
using KmsGateway.Evidence.Encryption;
using KmsGateway.Evidence.Otlp;
using KmsGateway.Evidence.Signing;

namespace KmsGateway.Evidence.Tests.Encryption;

/// <summary>A tenant's seed, and what is done with it on both ways.</summary>
internal sealed class EncryptionFixture : IDisposable
{
    public const string Tenant = "acme";
    public const string Kid = "e477874abf723b71cab6c54925984756";

    private static readonly KeyPatterns All = new(["*"]);

    private readonly TenantSeed _seed = new(Tenant, Kid, new byte[TenantSeed.Size]);
    private readonly ValueOpener _opener = new();
    private readonly ValueDecryptor _decryptor;

    public EncryptionFixture()
    {
        _decryptor = new ValueDecryptor(_seed);
    }

    /// <summary>Encrypts all attributes of all spans, events and links but reserved ones, which leave under another name.</summary>
    public byte[] Encrypt(byte[] body, ITraceEncoding encoding, out int values)
    {
        var scan = new TraceScan();
        var splicer = new TraceSplicer();
        Check(encoding.Scan(body, All, KeyPatterns.None, new OtlpLimits(), scan));
        splicer.Reset(scan, body.Length);
        var cipher = new AttributeCipher(new OtlpLimits());
        var search = new AttributeSearch { OfSpans = All, OfOthers = All };
        var encryptor = _seed.Take();
        values = 0;
        for (var i = 0; i < scan.Spans.Length; i++)
        {
            Check(encoding.FindAttributes(body, scan, i, search, out _));
        }

        foreach (var span in search.Spans)
        {
            cipher.SetSpan(Tenant, encoding, body, span);
            foreach (var attribute in search.Of(span))
            {
                if (!SignatureAttributes.Reserved.Matches(encoding.ReadKey(body, attribute)))
                {
                    Check(cipher.Encrypt(encoding, body, attribute, encryptor, splicer));
                    values++;
                }
            }
        }

        _seed.GiveBack(encryptor);
        splicer.Complete();
        return Join(splicer.Slices(body));
    }

    public DecryptionRefusal Open(LocatedValue encrypted, out DecryptedValue? clear) => Open(encrypted.Text, encrypted.Location, out clear);

    public DecryptionRefusal Open(string text, ValueLocation location, out DecryptedValue? clear) =>
        EncryptedValue.TryParse(System.Text.Encoding.ASCII.GetBytes(text), out var value)
            ? _opener.Open(value, location, Tenant, _decryptor, out clear)
            : throw new ArgumentException($"'{text}' is not encrypted.", nameof(text));

    /// <summary>The request with all values that can be opened and put back; what could not be is told.</summary>
    public byte[] Decrypt(byte[] body, ITraceEncoding encoding, Action<LocatedValue, object>? refused = null)
    {
        Check(EncryptedRequest.TryRead(body, encoding, out var request));
        foreach (var encrypted in request.Values)
        {
            if (Open(encrypted, out var clear) is var refusal && refusal != DecryptionRefusal.None)
            {
                Tell(encrypted, refusal, refused);
                continue;
            }

            if (request.Restore(encrypted, clear!) is var left && left != RestoreRefusal.None)
            {
                Tell(encrypted, left, refused);
            }
        }

        return Join(request.Complete());
    }

    public void Dispose()
    {
        _decryptor.Dispose();
        _seed.Dispose();
    }

    private static void Tell(LocatedValue encrypted, object why, Action<LocatedValue, object>? refused)
    {
        if (refused is null)
        {
            throw new InvalidOperationException($"{encrypted.Location}: {why}");
        }

        refused(encrypted, why);
    }

    private static byte[] Join(IEnumerable<ReadOnlyMemory<byte>> slices) => [.. slices.SelectMany(slice => slice.ToArray())];

    private static void Check(OtlpError error)
    {
        if (error != OtlpError.None)
        {
            throw new OtlpErrorException(error);
        }
    }
}
