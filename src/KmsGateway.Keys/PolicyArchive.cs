using System.Data.Common;
using System.Security.Cryptography;
using KmsGateway.Cryptography;
using KmsGateway.Keys.Stores;

namespace KmsGateway.Keys;

/// <summary>
/// Keeps the documents that statements name by their hash, for whoever asks years later. What is in them is not this project's concern.
/// </summary>
public sealed class PolicyArchive
{
    /// <summary>How much of the SHA-256 is a document's name.</summary>
    public const int IdBytes = 16;

    private readonly IKeyStore _store;
    private readonly TimeProvider _time;

    internal PolicyArchive(IKeyStore store, TimeProvider time)
    {
        _store = store;
        _time = time;
    }

    /// <summary>The name of a document: b64u of the first half of its SHA-256.</summary>
    public static string IdOf(ReadOnlySpan<byte> json) => Base64UrlText.Encode(SHA256.HashData(json).AsSpan(0, IdBytes));

    /// <exception cref="KeyStartException">The store cannot keep them, so nothing may be signed under them.</exception>
    public async Task KeepAsync(IEnumerable<ReadOnlyMemory<byte>> documents, CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        var policies = documents.Select(json => new StoredPolicy(IdOf(json.Span), json.ToArray(), now)).ToList();
        try
        {
            await _store.AddPoliciesAsync(policies, cancellationToken);
        }
        catch (DbException exception)
        {
            throw new KeyStartException($"The key store cannot keep the signing policies: {exception.Message}", exception);
        }
    }

    /// <summary>A document that was in effect at some time; null for a name that none ever had, or whose row somebody has changed.</summary>
    public async Task<byte[]?> FindAsync(string id, CancellationToken cancellationToken) =>
        Base64UrlText.TryDecode(id, IdBytes, out _)
        && await _store.FindPolicyAsync(id, cancellationToken) is { } json
        && IdOf(json) == id
            ? json
            : null;
}
