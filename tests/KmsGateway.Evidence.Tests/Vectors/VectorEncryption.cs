using System.Text.Json.Nodes;
using KmsGateway.Cryptography;
using KmsGateway.Evidence.Encryption;
using KmsGateway.Evidence.Otlp;
using KmsGateway.Evidence.Signing;

namespace KmsGateway.Evidence.Tests.Vectors;

/// <summary>Encrypts the input of a vector with its settings and secrets.</summary>
internal sealed class VectorEncryption
{
    private readonly Dictionary<int, SpanIssues> _issues = [];

    private VectorEncryption(OtlpError error, byte[] output)
    {
        (Error, Output) = (error, output);
    }

    public OtlpError Error { get; }

    public byte[] Output { get; private set; }

    /// <summary>By the index of the span among all of the request: what is wrong with what is encrypted.</summary>
    public IReadOnlyDictionary<int, SpanIssues> Issues => _issues;

    /// <summary>Nothing is encrypted where the vector has no settings.</summary>
    public static VectorEncryption Of(VectorFile vector)
    {
        var body = vector.Input;
        return vector.Json["settings"] is { } settings ? Encrypt(vector, body, settings) : new VectorEncryption(OtlpError.None, body);
    }

    public static TenantSeed Seed(JsonNode secrets, JsonNode tenant) =>
        new((string)tenant!, (string)secrets["kid"]!, Convert.FromHexString((string)secrets["seed"]!));

    private static VectorEncryption Encrypt(VectorFile vector, byte[] body, JsonNode settings)
    {
        var (encoding, scan, search) = (vector.Encoding, new TraceScan { TakesAll = true }, new AttributeSearch());
        var error = encoding.Scan(body, VectorFile.Patterns(settings["rules"]), SignatureAttributes.Reserved, new OtlpLimits(), scan);
        var keys = new SensitiveKeys(VectorFile.Patterns(settings["patterns"]));
        (search.OfSpans, search.OfOthers) = (keys.OfSpans, keys.Patterns);
        for (var i = 0; i < scan.Spans.Length && error == OtlpError.None; i++)
        {
            if (scan.Spans[i].IsWanted || (string)settings["spans"]! == "all")
            {
                error = encoding.FindAttributes(body, scan, i, search, out _);
            }
        }

        if (error != OtlpError.None)
        {
            return new VectorEncryption(error, []);
        }

        var splicer = new TraceSplicer();
        splicer.Reset(scan, body.Length);
        var result = new VectorEncryption(OtlpError.None, []);
        error = result.Edit(vector, body, scan, search, splicer);
        splicer.Complete();
        result.Output = [.. splicer.Slices(body).SelectMany(slice => slice.ToArray())];
        return error == OtlpError.None ? result : new VectorEncryption(error, []);
    }

    private OtlpError Edit(VectorFile vector, byte[] body, TraceScan scan, AttributeSearch search, TraceSplicer splicer)
    {
        var settings = vector.Json["settings"]!;
        var cipher = new AttributeCipher(new OtlpLimits());
        using var seed = vector.Json["secrets"] is { } secrets ? Seed(secrets, settings["tenant"]!) : null;
        using var encryptor = seed?.Take();
        encryptor?.Use(
            Convert.FromHexString((string)vector.Json["secrets"]!["salt"]!),
            [.. vector.Json["secrets"]!["nonces"]!.AsArray().SelectMany(nonce => Convert.FromHexString((string)nonce!))]);
        foreach (var span in search.Spans)
        {
            cipher.SetSpan((string)settings["tenant"]!, vector.Encoding, body, span);
            foreach (var attribute in search.Of(span))
            {
                var error = (bool)settings["withhold"]!
                    ? cipher.Withhold(vector.Encoding, body, attribute, splicer)
                    : cipher.Encrypt(vector.Encoding, body, attribute, encryptor!, splicer);
                if (error != OtlpError.None)
                {
                    return error;
                }

                var index = scan.Spans[span.Span].Index;
                _issues[index] = _issues.GetValueOrDefault(index) | cipher.Issues;
            }
        }

        return OtlpError.None;
    }
}
