using System.Collections.Concurrent;

namespace KmsGateway.FakeKms;

/// <summary>How often each operation was called, also when it then failed.</summary>
public sealed class CallCounter
{
    private readonly ConcurrentDictionary<(string Region, string Operation), int> _calls = new();

    public IReadOnlyDictionary<string, int> All => Sum(_calls);

    public int Of(string operation) => All.GetValueOrDefault(operation);

    public IReadOnlyDictionary<string, int> In(string region) => Sum(_calls.Where(pair => pair.Key.Region == region));

    public void Add(string region, string operation) => _calls.AddOrUpdate((region, operation), 1, static (_, count) => count + 1);

    private static Dictionary<string, int> Sum(IEnumerable<KeyValuePair<(string Region, string Operation), int>> calls) => calls
        .GroupBy(pair => pair.Key.Operation, StringComparer.Ordinal)
        .ToDictionary(group => group.Key, group => group.Sum(pair => pair.Value), StringComparer.Ordinal);
}
