namespace KmsGateway.FakeKms;

/// <summary>The keys of the fake: one that is there from the start, and those that were created.</summary>
public sealed class KeyRing
{
    public const string Alias = "alias/kmsgateway";

    private const string Region = "eu-central-1";

    private readonly Lock _lock = new();
    private readonly List<SymmetricKey> _keys = [new SymmetricKey(Region)];

    public IReadOnlyList<SymmetricKey> All
    {
        get
        {
            lock (_lock)
            {
                return [.. _keys];
            }
        }
    }

    public SymmetricKey Create()
    {
        var key = new SymmetricKey(Region);
        lock (_lock)
        {
            _keys.Add(key);
        }

        return key;
    }

    /// <summary>By id, ARN or alias.</summary>
    public SymmetricKey Find(string reference) =>
        reference == Alias
            ? All[0]
            : All.FirstOrDefault(key => reference == key.Arn || reference == key.Id.ToString()) ?? throw KmsError.NotFound(reference);

    public SymmetricKey? Find(Guid id) => All.FirstOrDefault(key => key.Id == id);
}
