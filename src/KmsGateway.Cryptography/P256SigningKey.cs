using System.Security.Cryptography;

namespace KmsGateway.Cryptography;

/// <summary>A P-256 private key: the scalar once in an array that does not move, and in each object of the library.</summary>
/// <remarks>The library clears what it frees, but locks nothing: under memory pressure the system may swap it out.</remarks>
internal sealed class P256SigningKey : SigningKey
{
    private readonly byte[] _scalar;
    private readonly EcdsaPool _ecdsa;

    private P256SigningKey(byte[] scalar, EcdsaPool ecdsa, VerificationKey publicKey)
        : base(publicKey)
    {
        _scalar = scalar;
        _ecdsa = ecdsa;
    }

    public static P256SigningKey Import(ReadOnlySpan<byte> scalar)
    {
        if (scalar.Length != SecretSize)
        {
            throw new CryptographicException($"A P-256 scalar has {SecretSize} bytes.");
        }

        // The garbage collector copies what is not pinned, and clears none of the copies.
        var copy = GC.AllocateArray<byte>(SecretSize, pinned: true);
        scalar.CopyTo(copy);
        EcdsaPool? ecdsa = null;
        try
        {
            ecdsa = new EcdsaPool(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = copy });
            var q = ecdsa.ExportPublicKey();
            return VerificationKey.TryImport([P256VerificationKey.Uncompressed, .. q.X!, .. q.Y!], out var publicKey)
                ? new P256SigningKey(copy, ecdsa, publicKey)
                : throw new CryptographicException("The scalar gives no public key.");
        }
        catch
        {
            ecdsa?.Dispose();
            CryptographicOperations.ZeroMemory(copy);
            throw;
        }
    }

    public static P256SigningKey Generate(Span<byte> scalar)
    {
        using var ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var exported = ecdsa.ExportParameters(includePrivateParameters: true).D!;
        exported.CopyTo(scalar);
        CryptographicOperations.ZeroMemory(exported);
        return Import(scalar);
    }

    public override void Sign(ReadOnlySpan<byte> data, Span<byte> signature) => _ecdsa.Sign(data, signature);

    public override void Dispose()
    {
        _ecdsa.Dispose();
        CryptographicOperations.ZeroMemory(_scalar);
    }
}
