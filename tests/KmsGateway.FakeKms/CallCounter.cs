using System.Collections.Concurrent;

namespace KmsGateway.FakeKms;

/// <summary>How often each operation was called, also when it then failed.</summary>
public sealed class CallCounter
{
    private readonly ConcurrentDictionary<string, int> _calls = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, int> All => _calls;

    public int Of(string operation) => _calls.GetValueOrDefault(operation);

    public void Add(string operation) => _calls.AddOrUpdate(operation, 1, static (_, count) => count + 1);
}
