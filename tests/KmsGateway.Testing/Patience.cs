namespace KmsGateway.Testing;

/// <summary>How long tests wait for something that has to happen. Long, because only a failing test waits that long.</summary>
public static class Patience
{
    public static TimeSpan Limit { get; } = TimeSpan.FromSeconds(240);
}
