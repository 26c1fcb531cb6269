namespace KmsGateway.Keys.Probing;

/// <summary>Turns single results into a state that does not flap.</summary>
internal sealed class ProbeHysteresis
{
    private const int FailuresToDown = 3;
    private const int SuccessesToUp = 2;

    private int _failures;
    private int _successes;

    public ProbeState State { get; private set; } = ProbeState.Unknown;

    public void Success()
    {
        _failures = 0;
        _successes++;
        if (State == ProbeState.Unknown || _successes >= SuccessesToUp)
        {
            State = ProbeState.Up;
        }
    }

    public void Failure()
    {
        _successes = 0;
        _failures++;
        if (_failures >= FailuresToDown)
        {
            State = ProbeState.Down;
        }
    }
}
