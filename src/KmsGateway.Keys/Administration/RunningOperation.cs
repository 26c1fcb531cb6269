namespace KmsGateway.Keys.Administration;

/// <summary>An operation on many tenants, and how far it is.</summary>
internal sealed class RunningOperation(string kind, string actor, string reason, int total, DateTimeOffset startedAt)
{
    private const int MaxNames = 100;

    private readonly Lock _lock = new();
    private readonly List<string> _failedTenants = [];
    private int _done;
    private int _failed;
    private string _state = "running";
    private DateTimeOffset? _finishedAt;

    public string Id { get; } = Guid.CreateVersion7(startedAt).ToString("D");

    public bool IsRunning
    {
        get
        {
            lock (_lock)
            {
                return _finishedAt is null;
            }
        }
    }

    public void Succeeded()
    {
        lock (_lock)
        {
            _done++;
        }
    }

    public void Failed(string tenant)
    {
        lock (_lock)
        {
            _done++;
            _failed++;
            if (_failedTenants.Count < MaxNames)
            {
                _failedTenants.Add(tenant);
            }
        }
    }

    public void Finish(DateTimeOffset now, bool wasInterrupted)
    {
        lock (_lock)
        {
            _finishedAt = now;
            _state = (wasInterrupted, _failed) switch
            {
                (true, _) => "interrupted",
                (_, 0) => "succeeded",
                _ => "failed",
            };
        }
    }

    public Operation Describe()
    {
        lock (_lock)
        {
            return new Operation(Id, kind, actor, reason, _state, total, _done, _failed, [.. _failedTenants], startedAt, _finishedAt);
        }
    }
}
