namespace KmsGateway.FakeKms;

/// <summary>What callers may do, by access key id. Who is not listed may do everything.</summary>
public sealed class Permissions
{
    private volatile IReadOnlyDictionary<string, string[]> _allowed = new Dictionary<string, string[]>();

    public void Set(IReadOnlyDictionary<string, string[]> allowed) => _allowed = allowed;

    internal void ThrowIfDenied(string accessKey, string operation)
    {
        if (_allowed.TryGetValue(accessKey, out var operations) && !operations.Contains(operation, StringComparer.Ordinal))
        {
            throw new KmsError("AccessDeniedException", $"User is not authorized to perform: kms:{operation}");
        }
    }
}
