using System.Security.Cryptography;
using KmsGateway.Cryptography;
using KmsGateway.Evidence.Encryption;
using KmsGateway.Evidence.Otlp;
using KmsGateway.Evidence.Signing;

namespace KmsGateway.Benchmarks.Cipher;

/// <summary>What is measured: one request copied, and the same request copied with its sensitive values encrypted.</summary>
internal sealed class CipherRun : IDisposable
{
    private static readonly KeyPatterns Rules = new(["compliance.*"]);
    private static readonly SensitiveKeys Sensitive = new(new KeyPatterns(["pii.*"]));

    private readonly ITraceEncoding _encoding;
    private readonly byte[] _body;
    private readonly byte[] _output;
    private readonly OtlpLimits _limits = new();
    private readonly TraceScan _scan = new();
    private readonly AttributeSearch _search = new() { OfSpans = Sensitive.OfSpans, OfOthers = Sensitive.Patterns };
    private readonly TraceSplicer _splicer = new();
    private readonly AttributeCipher _cipher;
    private readonly AesGcm _platform = new(RandomNumberGenerator.GetBytes(32), EncryptedValue.TagSize);
    private readonly byte[] _plaintext;
    private readonly byte[] _place = new byte[80];
    private readonly int _values;
    private readonly TenantSeed _seed = new("acme", new string('a', 32), RandomNumberGenerator.GetBytes(TenantSeed.Size));

    public CipherRun(CipherCase request)
    {
        _encoding = request.Encoding;
        _body = request.Body();
        _output = new byte[(4 * _body.Length) + (512 * request.Values)];
        _values = request.Values;
        _plaintext = new byte["{\"stringValue\":\"\"}".Length + request.ValueBytes];
        _cipher = new AttributeCipher(_limits);
    }

    public void Dispose()
    {
        _platform.Dispose();
        _seed.Dispose();
    }

    /// <summary>Scan and copy.</summary>
    public int Copy()
    {
        Scan();
        Write();
        return 0;
    }

    /// <summary>Scan, search, encrypt, and copy.</summary>
    /// <returns>How many values were encrypted.</returns>
    public int Encrypt()
    {
        Scan();
        _search.Reset();
        _cipher.Reset();
        var values = 0;
        for (var i = 0; i < _scan.Spans.Length; i++)
        {
            Check(_encoding.FindAttributes(_body, _scan, i, _search, out var found));
            values += found;
        }

        var encryptor = _seed.Take();
        foreach (var span in _search.Spans)
        {
            _cipher.SetSpan(_seed.Tenant, _encoding, _body, span);
            foreach (var attribute in _search.Of(span))
            {
                Check(_cipher.Encrypt(_encoding, _body, attribute, encryptor, _splicer));
            }
        }

        _seed.GiveBack(encryptor);
        Write();
        return values;
    }

    /// <summary>As many calls of the platform's cipher, on as many bytes: what no other code around them makes faster.</summary>
    public int Platform()
    {
        Span<byte> nonce = stackalloc byte[EncryptedValue.NonceSize];
        Span<byte> tag = stackalloc byte[EncryptedValue.TagSize];
        for (var i = 0; i < _values; i++)
        {
            _platform.Encrypt(nonce, _plaintext, _output.AsSpan(0, _plaintext.Length), tag, _place);
        }

        return _values;
    }

    private void Scan()
    {
        _scan.Reset();
        Check(_encoding.Scan(_body, Rules, SignatureAttributes.Reserved, _limits, _scan));
        _splicer.Reset(_scan, _body.Length);
    }

    private void Write()
    {
        _splicer.Complete();
        var written = 0;
        foreach (var slice in _splicer.Slices(_body))
        {
            slice.CopyTo(_output.AsMemory(written));
            written += slice.Length;
        }

        if (written != _splicer.Length)
        {
            throw new InvalidOperationException($"{written} bytes were written and {_splicer.Length} announced.");
        }
    }

    private static void Check(OtlpError error)
    {
        if (error != OtlpError.None)
        {
            throw new InvalidOperationException($"The request cannot be read: {error}.");
        }
    }
}
