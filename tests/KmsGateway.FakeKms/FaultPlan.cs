using System.Security.Cryptography;

namespace KmsGateway.FakeKms;

/// <summary>The faults that are set, each with the calls it has left.</summary>
public sealed class FaultPlan
{
    private readonly Lock _lock = new();
    private readonly List<(Fault Fault, int Passing, int? Left)> _faults = [];

    public void Set(IEnumerable<Fault> faults)
    {
        lock (_lock)
        {
            _faults.Clear();
            _faults.AddRange(faults.Select(fault => (fault, fault.After, fault.Times)));
        }
    }

    /// <summary>What happens to this call, in the order in which the faults were set.</summary>
    public IReadOnlyList<Fault> Take(string operation, string region)
    {
        lock (_lock)
        {
            var taken = new List<Fault>();
            for (var i = 0; i < _faults.Count; i++)
            {
                var (fault, passing, left) = _faults[i];
                if (left == 0 || (fault.Operation ?? operation) != operation || (fault.Region ?? region) != region)
                {
                    continue;
                }

                if (passing > 0)
                {
                    _faults[i] = (fault, passing - 1, left);
                }
                else if (RandomNumberGenerator.GetInt32(100) < fault.Percent)
                {
                    taken.Add(fault);
                    _faults[i] = (fault, 0, left - 1);
                }
            }

            return taken;
        }
    }
}
