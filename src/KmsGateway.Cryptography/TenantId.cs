using System.Buffers;

namespace KmsGateway.Cryptography;

/// <summary>A tenant's name as it stands in statements, keys and metrics: 1 to 64 of <c>A-Z a-z 0-9 . _ -</c>.</summary>
public static class TenantId
{
    public const int MaxLength = 64;

    private static readonly SearchValues<char> Allowed = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");

    public static bool IsValid(ReadOnlySpan<char> tenant) =>
        tenant.Length is > 0 and <= MaxLength && !tenant.ContainsAnyExcept(Allowed);
}
