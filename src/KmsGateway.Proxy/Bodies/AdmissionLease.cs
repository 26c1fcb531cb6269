using KmsGateway.Proxy.Rejections;

namespace KmsGateway.Proxy.Bodies;

/// <summary>What one request holds of the budget, until it ends. A request is worked on by one thread at a time.</summary>
internal sealed class AdmissionLease(Admission admission) : IDisposable
{
    private long _bytes;
    private bool _isWorking;

    /// <exception cref="RejectionException">There is not so much left.</exception>
    public void Take(long bytes)
    {
        admission.Take(bytes);
        _bytes += bytes;
    }

    public void GiveBack(long bytes)
    {
        admission.GiveBack(bytes);
        _bytes -= bytes;
    }

    /// <summary>
    /// From here on the request is one of those that are worked on. Not before its body is there: senders that stall would keep out those
    /// that do not.
    /// </summary>
    /// <exception cref="RejectionException">There are as many as there may be.</exception>
    public void StartWork()
    {
        admission.StartWork();
        _isWorking = true;
    }

    /// <summary>Gives back all that was not, also for buffers that are left to the garbage collector: they are nobody's any more.</summary>
    public void Dispose()
    {
        GiveBack(_bytes);
        if (_isWorking)
        {
            _isWorking = false;
            admission.EndWork();
        }
    }
}
