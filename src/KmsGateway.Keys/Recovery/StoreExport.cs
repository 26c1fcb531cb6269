using System.Security.Cryptography;
using System.Text.Json;
using KmsGateway.Cryptography;
using KmsGateway.Keys.Audit;
using KmsGateway.Keys.Stores;
using KmsGateway.Keys.Trust;

namespace KmsGateway.Keys.Recovery;

/// <summary>Writes a key store into a file and reads it back: <c>{"image":base64url,"signature":compact JWS}</c>.</summary>
/// <remarks>
/// The JWS, typ <c>kmsgw-store+jws</c>, is the root's over <c>{"sha256":b64u(SHA-256(image)),"v":"kmsgw-store/1"}</c>: KMS roots sign at most
/// 4,096 bytes. The image is JSON.
/// </remarks>
internal static class StoreExport
{
    public const string Typ = "kmsgw-store+jws";
    public const string Version = "kmsgw-store/1";

    public static async Task<byte[]> WriteAsync(StoreImage image, TrustRoot root, CancellationToken cancellationToken)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(image, StoreDocument.Default.StoreImage);
        var signature = await root.SignAsync(Typ, Payload(json), cancellationToken);
        var writer = new CanonicalJsonWriter();
        writer.BeginObject();
        writer.Name("image"u8);
        writer.String(Base64UrlText.Encode(json));
        writer.Name("signature"u8);
        writer.String(signature);
        writer.EndObject();
        return writer.ToArray();
    }

    /// <exception cref="StoreImageException">It is no export, or was changed.</exception>
    public static StoreImage Read(ReadOnlyMemory<byte> file)
    {
        if (!StrictJson.TryParse(file, out var document))
        {
            throw new StoreImageException("The file is no export of a key store: it is not a JSON object.");
        }

        using (document)
        {
            if (StrictJson.Text(document.RootElement, "image") is not { } text
                || StrictJson.Text(document.RootElement, "signature") is not { } signature
                || !Base64UrlText.TryDecode(text, out var json))
            {
                throw new StoreImageException("The file is no export of a key store: 'image' or 'signature' is missing.");
            }

            return Verify(Parse(json), json, signature);
        }
    }

    private static StoreImage Parse(byte[] json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, StoreDocument.Default.StoreImage)!;
        }
        catch (Exception exception) when (exception is JsonException or FormatException)
        {
            throw new StoreImageException("The file is no export of a key store that this version can read.");
        }
    }

    // That its root is the KMS's, the start asks the KMS.
    private static StoreImage Verify(StoreImage image, byte[] json, string signature)
    {
        if (!VerificationKey.TryImport(image.Root.PublicKey, out var root) || root.Kid != image.Root.Kid)
        {
            throw new StoreImageException("The root key in the export is damaged.");
        }

        if (!Jws.TryVerify(signature, root, Typ, out var payload) || !payload.AsSpan().SequenceEqual(Payload(json)))
        {
            throw new StoreImageException($"The export was changed since root {root.Kid} signed it.");
        }

        var chain = new TrustChain(root);
        foreach (var entry in image.Events)
        {
            if (!chain.TryAppend(entry.Jws, out var error))
            {
                throw new StoreImageException($"The trust chain in the export is broken: {error}.");
            }
        }

        try
        {
            _ = AuditChain.Read(image.Audit ?? [], before: null);
        }
        catch (AuditChainException exception)
        {
            throw new StoreImageException($"In the export: {exception.Message}");
        }

        return image;
    }

    private static byte[] Payload(byte[] json)
    {
        var writer = new CanonicalJsonWriter();
        writer.BeginObject();
        writer.Name("sha256"u8);
        writer.String(Base64UrlText.Encode(SHA256.HashData(json)));
        writer.Name("v"u8);
        writer.String(Version);
        writer.EndObject();
        return writer.ToArray();
    }
}
