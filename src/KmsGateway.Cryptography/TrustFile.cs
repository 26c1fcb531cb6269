using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace KmsGateway.Cryptography;

/// <summary>
/// The JWK Set of an installation with the proof of its keys: the root, the chain of key events and the signed time up to which the
/// chain is complete. Served at <c>/.well-known/jwks.json</c>; all an auditor needs.
/// </summary>
public sealed class TrustFile
{
    public const string AsOfTyp = "kmsgw-asof+jws";
    public const string AsOfVersion = "kmsgw-asof/1";

    private const string NotAKey = "not an Ed25519 or P-256 public JWK; a file with keys of other kinds needs a newer version";

    private TrustFile(TrustChain chain, ulong asOf)
    {
        Chain = chain;
        AsOf = asOf;
    }

    public TrustChain Chain { get; }

    public ulong AsOf { get; }

    public static byte[] AsOfPayload(TrustChain chain, ulong time)
    {
        var writer = new CanonicalJsonWriter();
        writer.BeginObject();
        writer.Name("as_of"u8);
        writer.IntegerString(time);
        writer.Name("head"u8);
        writer.String(chain.Head);
        writer.Name("n"u8);
        writer.Integer(chain.Entries.Count);
        writer.Name("v"u8);
        writer.String(AsOfVersion);
        writer.EndObject();
        return writer.ToArray();
    }

    public static byte[] Write(TrustChain chain, string asOf)
    {
        var writer = new CanonicalJsonWriter();
        writer.BeginObject();
        writer.Name("as_of"u8);
        writer.String(asOf);
        writer.Name("chain"u8);
        writer.BeginArray();
        foreach (var entry in chain.Entries)
        {
            writer.String(entry);
        }

        writer.EndArray();
        WriteKeys(writer, chain.Keys);
        writer.Name("root"u8);
        chain.Root.WriteJwk(writer);
        writer.EndObject();
        return writer.ToArray();
    }

    /// <summary>A plain JWK Set of one tenant's keys, for JOSE libraries: it names keys but proves nothing about them.</summary>
    public static byte[] WriteKeySet(TrustChain chain, string tenant)
    {
        var writer = new CanonicalJsonWriter();
        writer.BeginObject();
        WriteKeys(writer, chain.Keys.Where(key => key.Tenant == tenant));
        writer.EndObject();
        return writer.ToArray();
    }

    /// <summary>The time of a statement that this chain is complete, or why it is none.</summary>
    public static bool TryReadAsOf(TrustChain chain, string compact, out ulong time, [NotNullWhen(false)] out string? error)
    {
        time = 0;
        if (!Jws.TryVerify(compact, chain.Root, AsOfTyp, out var payload))
        {
            error = $"member 'as_of' is not signed by root {chain.Root.Kid}";
        }
        else if (!StrictJson.TryParse(payload, out var document))
        {
            error = "member 'as_of' is not JSON";
        }
        else
        {
            using (document)
            {
                error = UnixNanoseconds.TryParse(StrictJson.Text(document.RootElement, "as_of"), out time)
                    && AsOfPayload(chain, time).AsSpan().SequenceEqual(payload)
                        ? null
                        : "member 'as_of' does not name the end of the chain: entries are missing";
            }
        }

        return error is null;
    }

    /// <exception cref="TrustFileException">It is not a trust file, or not an honest one.</exception>
    public static TrustFile Parse(ReadOnlyMemory<byte> json)
    {
        if (!StrictJson.TryParse(json, out var document))
        {
            throw new TrustFileException("it is not a JSON object, or a member is repeated");
        }

        using (document)
        {
            var file = document.RootElement;
            if (!JsonWebKey.TryRead(file, "root", out var root))
            {
                throw new TrustFileException($"member 'root' is {NotAKey}");
            }

            var chain = ReadChain(file, root);
            CheckKeys(file, chain);
            return new TrustFile(chain, ReadAsOf(file, chain));
        }
    }

    private static void WriteKeys(CanonicalJsonWriter writer, IEnumerable<TrustedKey> keys)
    {
        writer.Name("keys"u8);
        writer.BeginArray();
        foreach (var key in keys.OrderBy(key => key.NotBefore).ThenBy(key => key.Key.Kid, StringComparer.Ordinal))
        {
            writer.BeginObject();
            writer.Name("alg"u8);
            writer.String(key.Key.Algorithm);
            writer.Name("crv"u8);
            writer.String(key.Key.Jwk.Curve);
            if (key.Expires is { } expires)
            {
                writer.Name("exp"u8);
                writer.IntegerString(expires);
            }

            writer.Name("kid"u8);
            writer.String(key.Key.Kid);
            writer.Name("kty"u8);
            writer.String(key.Key.Jwk.KeyType);
            writer.Name("nbf"u8);
            writer.IntegerString(key.NotBefore);
            writer.Name("status"u8);
            writer.String(KeyEvent.StatusName(key.Status));
            writer.Name("tenant"u8);
            writer.String(key.Tenant);
            writer.Name("use"u8);
            writer.String("sig"u8);
            key.Key.Jwk.WriteCoordinates(writer);
            writer.EndObject();
        }

        writer.EndArray();
    }

    private static TrustChain ReadChain(JsonElement file, VerificationKey root)
    {
        var chain = new TrustChain(root);
        foreach (var entry in Items(file, "chain"))
        {
            if (StrictJson.Text(entry) is not { } compact)
            {
                throw new TrustFileException("member 'chain' holds something other than compact JWSs");
            }

            if (!chain.TryAppend(compact, out var error))
            {
                throw new TrustFileException(error);
            }
        }

        return chain;
    }

    // The chain alone decides; the JWK Set beside it is what JOSE libraries read, so it must not say anything else.
    private static void CheckKeys(JsonElement file, TrustChain chain)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var jwk in Items(file, "keys"))
        {
            if (!JsonWebKey.TryRead(jwk, out var key))
            {
                throw new TrustFileException($"member 'keys' holds a key that is {NotAKey}");
            }

            if (StrictJson.Text(jwk, "kid") != key.Kid)
            {
                throw new TrustFileException($"the kid of key {key.Kid} is not its thumbprint");
            }

            if (!seen.Add(key.Kid))
            {
                throw new TrustFileException($"key {key.Kid} is listed twice");
            }

            if (chain.TryFind(key.Kid, out var trusted) && !Agrees(jwk, trusted))
            {
                throw new TrustFileException($"what 'keys' says of key {key.Kid} is not what the chain says");
            }
        }

        if (chain.Keys.FirstOrDefault(key => !seen.Contains(key.Key.Kid)) is { } missing)
        {
            throw new TrustFileException($"key {missing.Key.Kid} of the chain is missing in 'keys'");
        }
    }

    private static bool Agrees(JsonElement jwk, TrustedKey key) =>
        StrictJson.Text(jwk, "tenant") == key.Tenant
        && StrictJson.Text(jwk, "status") == KeyEvent.StatusName(key.Status)
        && StrictJson.Text(jwk, "nbf") == UnixNanoseconds.Format(key.NotBefore)
        && StrictJson.Text(jwk, "exp") == (key.Expires is { } expires ? UnixNanoseconds.Format(expires) : null);

    private static ulong ReadAsOf(JsonElement file, TrustChain chain) =>
        TryReadAsOf(chain, StrictJson.Text(file, "as_of") ?? "", out var time, out var error) ? time : throw new TrustFileException(error);

    private static JsonElement.ArrayEnumerator Items(JsonElement file, string name) =>
        file.TryGetProperty(name, out var items) && items.ValueKind == JsonValueKind.Array
            ? items.EnumerateArray()
            : throw new TrustFileException($"member '{name}' is not an array");
}
