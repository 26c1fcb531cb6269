using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using KmsGateway.Evidence.Signing;

namespace KmsGateway.Evidence.Verification;

/// <summary>A verified span by hashes of what makes it the same span, and of what makes it the same content.</summary>
/// <remarks>
/// Half of a SHA-256 is enough: both are made of signed statements, and two that collide would be told as a repetition, which is no failure.
/// </remarks>
/// <param name="Span">Tenant, trace id and span id.</param>
/// <param name="Content">The five digests.</param>
public readonly record struct VerifiedSpan(UInt128 Span, UInt128 Content)
{
    public static VerifiedSpan Of(Statement statement)
    {
        Span<byte> names = stackalloc byte[16 + 8 + 64];
        statement.TraceId.CopyTo(names);
        statement.SpanId.CopyTo(names[16..]);
        var length = 16 + 8 + Encoding.ASCII.GetBytes(statement.Tenant, names[24..]);
        return new VerifiedSpan(Hash(names[..length]), Hash(statement.Digests.All));
    }

    private static UInt128 Hash(ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, hash);
        return BinaryPrimitives.ReadUInt128BigEndian(hash);
    }
}
