using System.Security.Cryptography;

namespace KmsGateway.Cryptography;

/// <remarks>
/// The platform's library does what FIPS 186-5 asks of a verifier: R and S from 1 to n − 1. S and n − S verify alike; K-7 of the format
/// says why that is no harm. Nothing of it is secret, and chains share it: what it holds of the library is left to finalizers.
/// </remarks>
internal sealed class P256VerificationKey : VerificationKey
{
    /// <summary>Begins the encoding of a point with both of its coordinates (SEC 1 section 2.3.3).</summary>
    public const byte Uncompressed = 4;

    public const int Size = 1 + (2 * CoordinateSize);

    private const int CoordinateSize = 32;

    private readonly EcdsaPool _ecdsa;

    private P256VerificationKey(EcdsaPool ecdsa, byte[] point)
        : base(point, JsonWebKey.P256(point.AsMemory(1, CoordinateSize), point.AsMemory(1 + CoordinateSize)))
    {
        _ecdsa = ecdsa;
    }

    public override string Algorithm => SigningAlgorithm.Es256;

    /// <summary>Null for a point that is not on the curve, or whose coordinates are not reduced.</summary>
    public static P256VerificationKey? Import(ReadOnlySpan<byte> point)
    {
        if (point[0] != Uncompressed)
        {
            return null;
        }

        var q = new ECPoint { X = point.Slice(1, CoordinateSize).ToArray(), Y = point[(1 + CoordinateSize)..].ToArray() };
        try
        {
            return new P256VerificationKey(
                new EcdsaPool(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = q }), point.ToArray());
        }
        catch (CryptographicException)
        {
            // No Try form exists; why a point is refused is of no use to who trusted it.
            return null;
        }
    }

    public override bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature) =>
        signature.Length == SignatureSize && _ecdsa.Verify(data, signature);
}
