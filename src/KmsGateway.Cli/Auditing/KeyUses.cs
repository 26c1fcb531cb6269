using KmsGateway.Evidence.Verification;

namespace KmsGateway.Cli.Auditing;

/// <summary>Counts verified spans by their keys, which are those of the trust file.</summary>
internal sealed class KeyUses(AuditHeader header)
{
    private readonly Dictionary<string, long> _spans = new(StringComparer.Ordinal);

    public void Add(SpanVerdict verified) => _spans[verified.Kid!] = _spans.GetValueOrDefault(verified.Kid!) + 1;

    /// <summary>All keys of the audited tenant, also those of which no span was met, in the order of their validity.</summary>
    public IReadOnlyList<KeyUse> ToList() =>
    [
        .. header.Trust.File.Chain.Keys
            .Where(key => header.Options.Tenant is not { } tenant || tenant == key.Tenant)
            .OrderBy(key => key.NotBefore)
            .ThenBy(key => key.Key.Kid, StringComparer.Ordinal)
            .Select(key => new KeyUse(key, _spans.GetValueOrDefault(key.Key.Kid))),
    ];
}
