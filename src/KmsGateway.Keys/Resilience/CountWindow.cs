namespace KmsGateway.Keys.Resilience;

/// <summary>The outcomes of the last so many attempts, however long ago they were.</summary>
internal sealed class CountWindow(int size)
{
    private readonly bool[] _failed = new bool[size];
    private int _next;
    private int _count;
    private int _failures;

    /// <summary>The share of failures, once the window is full; until then nothing can be said, and it is 0.</summary>
    public double FailureRatio => _count < _failed.Length ? 0 : (double)_failures / _count;

    public void Add(bool failed)
    {
        if (_count == _failed.Length)
        {
            _failures -= _failed[_next] ? 1 : 0;
        }
        else
        {
            _count++;
        }

        _failed[_next] = failed;
        _failures += failed ? 1 : 0;
        _next = (_next + 1) % _failed.Length;
    }

    public void Clear() => (_next, _count, _failures) = (0, 0, 0);
}
