using System.Collections.Concurrent;
using KmsGateway.Cryptography;
using KmsGateway.Keys;

namespace KmsGateway.Proxy.Management.Administration;

/// <summary>The keys that the values of one call name, for as long as it lasts.</summary>
internal sealed class SeedLeases : IDisposable
{
    // Each may be a call of the KMS.
    private const int AtATime = 8;

    private readonly ConcurrentDictionary<string, KeyResult<EncryptionKeyLease>> _results = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ValueDecryptor> _decryptors = new(StringComparer.Ordinal);

    /// <summary>Whose they are, of those that there are.</summary>
    public IReadOnlyList<string> Tenants =>
        [.. _results.Values.Select(result => result.Lease?.Tenant).OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    public static async Task<SeedLeases> TakeAsync(TenantKeys keys, IEnumerable<string> kids, CancellationToken cancellationToken)
    {
        var leases = new SeedLeases();
        try
        {
            await Parallel.ForEachAsync(
                kids,
                new ParallelOptions { MaxDegreeOfParallelism = AtATime, CancellationToken = cancellationToken },
                async (kid, token) => leases._results[kid] = await keys.GetDecryptionKeyAsync(kid, token));
            return leases;
        }
        catch
        {
            leases.Dispose();
            throw;
        }
    }

    /// <returns>None if there is the key.</returns>
    public KeyFailure TryGet(string kid, out string tenant, out ValueDecryptor? decryptor)
    {
        decryptor = null;
        tenant = "";
        if (!_results[kid].TryGetLease(out var lease))
        {
            return _results[kid].Failure;
        }

        tenant = lease.Tenant;
        if (!_decryptors.TryGetValue(kid, out decryptor))
        {
            _decryptors.Add(kid, decryptor = new ValueDecryptor(lease.Seed));
        }

        return KeyFailure.None;
    }

    public void Dispose()
    {
        foreach (var decryptor in _decryptors.Values)
        {
            decryptor.Dispose();
        }

        foreach (var result in _results.Values)
        {
            result.Lease?.Dispose();
        }
    }
}
