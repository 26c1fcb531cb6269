using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace KmsGateway.Cryptography;

/// <summary>
/// The root-signed, hash-linked list of key events, and the keys it leaves. Only a key with an entry here is a key: a row that someone
/// else wrote into a database, or a JWK added to a file, is not.
/// </summary>
public sealed class TrustChain
{
    private readonly Dictionary<string, TrustedKey> _keys = new(StringComparer.Ordinal);
    private readonly List<string> _entries = [];

    public TrustChain(VerificationKey root)
    {
        Root = root;
    }

    public VerificationKey Root { get; }

    /// <summary>Compact JWSs in order.</summary>
    public IReadOnlyList<string> Entries => _entries;

    public IReadOnlyCollection<TrustedKey> Keys => _keys.Values;

    /// <summary>b64u(SHA-256(newest compact JWS)), or "" for an empty chain: what the next entry names as its predecessor.</summary>
    public string Head { get; private set; } = "";

    public bool TryFind(string kid, [NotNullWhen(true)] out TrustedKey? key) => _keys.TryGetValue(kid, out key);

    /// <summary>Adds the next entry, or says why it is none.</summary>
    public bool TryAppend(string compact, [NotNullWhen(false)] out string? error)
    {
        if (!Jws.TryVerify(compact, Root, KeyEvent.Typ, out var payload))
        {
            error = $"entry {_entries.Count + 1} of the chain is not signed by root {Root.Kid}";
        }
        else if (!KeyEvent.TryParse(payload, out var keyEvent))
        {
            error = $"entry {_entries.Count + 1} of the chain is not a {KeyEvent.Version} in canonical form";
        }
        else if (keyEvent.N != _entries.Count + 1 || keyEvent.Previous != Head)
        {
            error = $"entry {_entries.Count + 1} of the chain does not follow the one before it";
        }
        else if (!Follows(keyEvent))
        {
            error = $"entry {_entries.Count + 1} of the chain is not a possible next event of key {keyEvent.Key.Kid}";
        }
        else
        {
            _keys[keyEvent.Key.Kid] = TrustedKey.From(keyEvent);
            _entries.Add(compact);
            Head = Link(compact);
            error = null;
        }

        return error is null;
    }

    public static string Link(string compact) => Base64UrlText.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(compact)));

    private bool Follows(KeyEvent next)
    {
        var revocation = next.Status == KeyStatus.Revoked;
        if (revocation != next.RevokedAt.HasValue
            || revocation != next.Reason is KeyEvent.Compromise or KeyEvent.Superseded
            || (next.CompromisedFrom.HasValue && next.Reason is not KeyEvent.Compromise))
        {
            return false;
        }

        return _keys.TryGetValue(next.Key.Kid, out var current)
            ? next.Tenant == current.Tenant && next.NotBefore == current.NotBefore && next.Status > current.Status
            : next.Status == KeyStatus.Published;
    }
}
