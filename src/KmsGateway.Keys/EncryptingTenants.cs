namespace KmsGateway.Keys;

/// <summary>
/// For which tenants values are encrypted now, as the one who encrypts says: they need a seed, and no others get one. Nobody's are until it was
/// said, which must be before the keys are made ready at start.
/// </summary>
public sealed class EncryptingTenants
{
    private volatile Func<string, bool> _contains = _ => false;
    private TaskCompletionSource _changed = NewChange();

    internal EncryptingTenants()
    {
    }

    /// <summary>Ends when the answers may have changed. Taken before a look at them, nothing is missed.</summary>
    internal Task Changed => Volatile.Read(ref _changed).Task;

    /// <param name="contains">Also asked about tenants that are added later.</param>
    public void Use(Func<string, bool> contains)
    {
        _contains = contains;
        Interlocked.Exchange(ref _changed, NewChange()).SetResult();
    }

    internal bool Contains(string tenant) => _contains(tenant);

    private static TaskCompletionSource NewChange() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
