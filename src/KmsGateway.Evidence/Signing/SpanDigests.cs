using System.Security.Cryptography;
using KmsGateway.Evidence.Otlp;

namespace KmsGateway.Evidence.Signing;

/// <summary>The SHA-256 digests of a span's five groups.</summary>
public sealed class SpanDigests
{
    public const int Size = SHA256.HashSizeInBytes;
    public const int Groups = 5;

    private readonly byte[] _bytes = new byte[Size * Groups];

    public Span<byte> this[SpanGroup group] => _bytes.AsSpan((int)group * Size, Size);

    /// <summary>All five, in the order of <see cref="SpanGroup"/>.</summary>
    public ReadOnlySpan<byte> All => _bytes;

    /// <summary>What the digest is taken over before the canonical JSON: no group can stand for another.</summary>
    public static ReadOnlySpan<byte> Prefix(SpanGroup group) => group switch
    {
        SpanGroup.Core => "kmsgw-span/1/core\0"u8,
        SpanGroup.Attributes => "kmsgw-span/1/attr\0"u8,
        SpanGroup.Events => "kmsgw-span/1/ev\0"u8,
        SpanGroup.Links => "kmsgw-span/1/lnk\0"u8,
        SpanGroup.Resource => "kmsgw-span/1/res\0"u8,
        _ => throw new ArgumentOutOfRangeException(nameof(group)),
    };

    /// <summary>The group's name in statements and verdicts.</summary>
    public static string Name(SpanGroup group) => group switch
    {
        SpanGroup.Core => "core",
        SpanGroup.Attributes => "attr",
        SpanGroup.Events => "ev",
        SpanGroup.Links => "lnk",
        SpanGroup.Resource => "res",
        _ => throw new ArgumentOutOfRangeException(nameof(group)),
    };
}
