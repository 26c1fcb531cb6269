using System.Buffers.Binary;
using System.Security.Cryptography;
using KmsGateway.Keys.Stores;

namespace KmsGateway.Keys.Rotation;

/// <summary>When a key is replaced: always before its period is over, and not all tenants' at once.</summary>
/// <remarks>
/// Of a period of 90 days: one to seven days before its end, by a hash of the key's id; the successor is made and published 24 hours
/// before that, so that verifiers know it when its first signature comes. Other periods in proportion.
/// </remarks>
internal sealed class RotationSchedule(TimeSpan period)
{
    private const double Margin = 1.0 / 90;
    private const double Spread = 6.0 / 90;

    private static readonly TimeSpan MaxAhead = TimeSpan.FromHours(24);

    /// <summary>How long before it signs the successor of a signing key is made.</summary>
    public TimeSpan Ahead { get; } = period / 10 < MaxAhead ? period / 10 : MaxAhead;

    /// <summary>When the successor of an active key shall take over.</summary>
    public DateTimeOffset SuccessorOf(KeyVersion active) =>
        (active.ActivatedAt ?? active.CreatedAt) + (period * (1 - Margin - (Spread * Fraction(active.Id))));

    /// <summary>Whether a key that came into use then has been for longer than it should.</summary>
    public bool IsOverdue(DateTimeOffset since, DateTimeOffset now) => now > since + period;

    // From 0 to 1, the same on every gateway.
    private static double Fraction(Guid id)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(id.ToByteArray(), hash);
        return (double)BinaryPrimitives.ReadUInt32BigEndian(hash) / uint.MaxValue;
    }
}
