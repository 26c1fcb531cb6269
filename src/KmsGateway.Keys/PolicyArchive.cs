using System.Data.Common;
using KmsGateway.Cryptography;
using KmsGateway.Keys.Stores;

namespace KmsGateway.Keys;

/// <summary>
/// Keeps the documents that statements name by their hash, for whoever asks years later. What is in them is not this project's concern.
/// </summary>
public sealed class PolicyArchive
{
    private readonly IKeyStore _store;
    private readonly TimeProvider _time;

    internal PolicyArchive(IKeyStore store, TimeProvider time)
    {
        _store = store;
        _time = time;
    }

    /// <exception cref="KeyStartException">The store cannot keep them, or has others under their names: nothing may be signed.</exception>
    public async Task KeepAsync(IEnumerable<ReadOnlyMemory<byte>> documents, CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        var policies = documents.Select(json => new StoredPolicy(PolicyId.Of(json.Span), json.ToArray(), now)).ToList();
        try
        {
            await _store.AddPoliciesAsync(policies, cancellationToken);
            foreach (var id in policies.Select(policy => policy.Id))
            {
                await ThrowIfFalseAsync(id, cancellationToken);
            }
        }
        catch (DbException exception)
        {
            throw new KeyStartException($"The key store cannot keep the signing policies: {exception.Message}", exception);
        }
    }

    /// <summary>A document that was in effect at some time; null for a name that none ever had, or whose row somebody has changed.</summary>
    public async Task<byte[]?> FindAsync(string id, CancellationToken cancellationToken) =>
        Base64UrlText.TryDecode(id, PolicyId.Bytes, out _)
        && await _store.FindPolicyAsync(id, cancellationToken) is { } json
        && PolicyId.Of(json) == id
            ? json
            : null;

    // A row that was there already stays as it is; a false one would come to light when the policy is no longer in effect, and too late.
    private async Task ThrowIfFalseAsync(string id, CancellationToken cancellationToken)
    {
        if (await FindAsync(id, cancellationToken) is null)
        {
            throw new KeyStartException(
                $"The key store has other bytes under the name of policy {id}: somebody has written to it. Restore it from a backup.");
        }
    }
}
