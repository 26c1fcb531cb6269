namespace KmsGateway.FakeKms;

/// <summary>How far the time in its answers is off.</summary>
public sealed class FakeClock
{
    private double _seconds;

    public double Seconds
    {
        get => Volatile.Read(ref _seconds);
        set => Volatile.Write(ref _seconds, value);
    }

    public string Date => (TimeProvider.System.GetUtcNow() + TimeSpan.FromSeconds(Seconds)).ToString("R");
}
