using KmsGateway.Evidence.Verification;

namespace KmsGateway.Cli.Auditing;

/// <summary>The policies under which verified spans were signed.</summary>
internal sealed class PolicyUses
{
    // A gateway has a policy for each tenant and setting. Whoever holds a key can name a new one in every statement.
    private const int MaxKept = 1000;

    private readonly Dictionary<(string Tenant, string Id), PolicyUse> _uses = [];

    /// <summary>Spans under more policies than are kept.</summary>
    public long FurtherSpans { get; private set; }

    public void Add(SpanVerdict verified)
    {
        var (tenant, id, time) = (verified.Tenant!, verified.Policy!, verified.IssuedAt!.Value);
        if (_uses.TryGetValue((tenant, id), out var use))
        {
            _uses[(tenant, id)] = use with
            {
                First = Math.Min(use.First, time),
                Last = Math.Max(use.Last, time),
                Spans = use.Spans + 1,
            };
        }
        else if (_uses.Count < MaxKept)
        {
            _uses.Add((tenant, id), new PolicyUse(tenant, id, time, time, 1));
        }
        else
        {
            FurtherSpans++;
        }
    }

    /// <summary>In the order of their first signing times.</summary>
    public IReadOnlyList<PolicyUse> ToList() =>
    [
        .. _uses.Values
            .OrderBy(use => use.First)
            .ThenBy(use => use.Tenant, StringComparer.Ordinal)
            .ThenBy(use => use.Id, StringComparer.Ordinal),
    ];
}
