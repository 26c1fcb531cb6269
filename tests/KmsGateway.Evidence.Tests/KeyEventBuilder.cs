namespace KmsGateway.Evidence.Tests;

/// <summary>What a key event says beyond its status.</summary>
internal sealed class KeyEventBuilder
{
    public ulong? Expires { get; set; }

    public string? Reason { get; set; }

    public ulong? RevokedAt { get; set; }
}
