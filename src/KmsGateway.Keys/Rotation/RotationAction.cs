using KmsGateway.Keys.Stores;

namespace KmsGateway.Keys.Rotation;

/// <summary>What a tenant's keys need now.</summary>
internal abstract record RotationAction
{
    /// <summary>A new key, to be used from a time on.</summary>
    public sealed record Make(string Purpose, DateTimeOffset ActivateAt, string Reason, bool IsScheduled) : RotationAction;

    /// <summary>A new key has to prove itself.</summary>
    public sealed record Test(KeyVersion Key) : RotationAction;

    /// <summary>A new key is told the world.</summary>
    public sealed record Publish(KeyVersion Key) : RotationAction;

    /// <summary>A key takes over from the one before it, if there is one.</summary>
    public sealed record Activate(KeyVersion Key, KeyVersion? Before) : RotationAction;

    /// <summary>The private part of a key that signs no more goes. Never a seed: what is encrypted under it would go too.</summary>
    public sealed record Destroy(KeyVersion Key) : RotationAction;
}
