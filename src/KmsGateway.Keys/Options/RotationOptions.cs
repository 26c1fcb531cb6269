namespace KmsGateway.Keys.Options;

/// <summary>Section <c>Rotation</c>: who makes keys, and when they are replaced.</summary>
internal sealed class RotationOptions
{
    public const string Section = "Rotation";

    /// <summary>Whether this gateway makes keys and signs the trust chain. At least one on a key store must.</summary>
    /// <value>Default true. False where the gateway's role may only use keys.</value>
    public bool Enabled { get; set; } = true;

    /// <summary>How long a key signs at most. Its successor is made a little earlier, spread over tenants.</summary>
    /// <value>Default 90 d. From 1 d to 400 d.</value>
    public TimeSpan Period { get; set; } = TimeSpan.FromDays(90);

    /// <summary>How long after its last signature the private part of a key is destroyed.</summary>
    /// <value>Default 7 d. From 1 h to 400 d.</value>
    public TimeSpan DestroyAfter { get; set; } = TimeSpan.FromDays(7);

    /// <summary>How many keys are made in a second when their time has come.</summary>
    /// <value>Default 5. From 0.1 to 100: AWS makes 100 pairs a second in an account and Region.</value>
    public double MaxPerSecond { get; set; } = 5;

    /// <summary>The same for keys that somebody waits for: first keys, revoked ones, rotation on demand.</summary>
    /// <value>Default 40. From 0.1 to 100.</value>
    public double MaxPerSecondUnscheduled { get; set; } = 40;
}
