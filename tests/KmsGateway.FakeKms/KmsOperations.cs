using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace KmsGateway.FakeKms;

/// <summary>The operations that the gateway uses: https://docs.aws.amazon.com/kms/latest/APIReference/API_Operations.html</summary>
internal static class KmsOperations
{
    private const int MaxPlaintext = 4096;

    public static JsonObject Run(KmsCall call, KeyRing keys) => call.Operation switch
    {
        "CreateKey" => new JsonObject { ["KeyMetadata"] = keys.Add(CreateKey(call)).Metadata() },
        "DescribeKey" => new JsonObject { ["KeyMetadata"] = keys.Find(call.Region, call.Text("KeyId")).Metadata() },
        "Encrypt" => Encrypt(call, Symmetric(call, keys)),
        "Decrypt" => Decrypt(call, keys),
        "GenerateDataKeyWithoutPlaintext" => GenerateDataKey(call, keys),
        "GenerateDataKeyPairWithoutPlaintext" => GenerateDataKeyPair(call, keys),
        "GetPublicKey" => GetPublicKey(Asymmetric(call, keys)),
        "Sign" => Sign(call, Asymmetric(call, keys)),
        _ => throw new KmsError("UnknownOperationException", $"{call.Operation} is not one of this fake"),
    };

    private static KmsKey CreateKey(KmsCall call)
    {
        var spec = (string?)call.Request["KeySpec"] ?? SymmetricKey.DefaultSpec;
        var multiRegion = (bool?)call.Request["MultiRegion"] ?? false;
        return spec == SymmetricKey.DefaultSpec
            ? new SymmetricKey(call.Region, multiRegion)
            : new AsymmetricKey(call.Region, spec, multiRegion);
    }

    private static JsonObject Encrypt(KmsCall call, SymmetricKey key)
    {
        var plaintext = call.Bytes("Plaintext");
        return plaintext.Length is > 0 and <= MaxPlaintext
            ? Blob(key, "CiphertextBlob", key.Encrypt(plaintext, call.Context()))
            : throw KmsError.Validation("Plaintext must have 1 to 4096 bytes");
    }

    private static JsonObject Decrypt(KmsCall call, KeyRing keys)
    {
        var ciphertext = call.Bytes("CiphertextBlob");
        var key = keys.FindMaker(call.Region, ciphertext);
        if (call.Request["KeyId"] is { } named && keys.Find(call.Region, (string)named!) is var expected && key is not null && key != expected)
        {
            throw KmsError.IncorrectKey();
        }

        return key is null ? throw KmsError.InvalidCiphertext() : Blob(key, "Plaintext", key.Decrypt(ciphertext, call.Context()));
    }

    private static JsonObject GenerateDataKey(KmsCall call, KeyRing keys)
    {
        var key = Symmetric(call, keys);
        var length = (int?)call.Request["NumberOfBytes"] ?? (call.Text("KeySpec") == "AES_128" ? 16 : 32);
        var secret = RandomNumberGenerator.GetBytes(length);
        keys.Issued.Enqueue(secret);
        return Blob(key, "CiphertextBlob", key.Encrypt(secret, call.Context()));
    }

    private static JsonObject GenerateDataKeyPair(KmsCall call, KeyRing keys)
    {
        var key = Symmetric(call, keys);
        if (key.IsInCustomKeyStore)
        {
            throw new KmsError("UnsupportedOperationException", $"{key.Arn} is in a custom key store, where no data key pairs are made.");
        }

        var spec = call.Text("KeyPairSpec");
        var (privateKey, publicKey, secret) = KeyPairs.Generate(spec);
        keys.Issued.Enqueue(secret);
        var answer = Blob(key, "PrivateKeyCiphertextBlob", key.Encrypt(privateKey, call.Context()));
        answer["PublicKey"] = Convert.ToBase64String(publicKey);
        answer["KeyPairSpec"] = spec;
        return answer;
    }

    private static JsonObject GetPublicKey(AsymmetricKey key) => new()
    {
        ["KeyId"] = key.Arn,
        ["PublicKey"] = Convert.ToBase64String(key.SubjectPublicKeyInfo()),
        ["KeySpec"] = key.Spec,
        ["KeyUsage"] = key.Usage,
        ["SigningAlgorithms"] = new JsonArray(key.Algorithm),
    };

    private static JsonObject Sign(KmsCall call, AsymmetricKey key)
    {
        var algorithm = call.Text("SigningAlgorithm");
        return new JsonObject
        {
            ["KeyId"] = key.Arn,
            ["Signature"] = Convert.ToBase64String(key.Sign(call.Bytes("Message"), (string?)call.Request["MessageType"] ?? "RAW", algorithm)),
            ["SigningAlgorithm"] = algorithm,
        };
    }

    private static JsonObject Blob(SymmetricKey key, string name, byte[] bytes) => new()
    {
        ["KeyId"] = key.Arn,
        [name] = Convert.ToBase64String(bytes),
        ["EncryptionAlgorithm"] = SymmetricKey.DefaultSpec,
    };

    private static SymmetricKey Symmetric(KmsCall call, KeyRing keys) => Find(call, keys) as SymmetricKey ?? throw WrongUsage(call);

    private static AsymmetricKey Asymmetric(KmsCall call, KeyRing keys) => Find(call, keys) as AsymmetricKey ?? throw WrongUsage(call);

    private static KmsKey Find(KmsCall call, KeyRing keys) => keys.Find(call.Region, call.Text("KeyId"));

    private static KmsError WrongUsage(KmsCall call) =>
        new("InvalidKeyUsageException", $"{call.Text("KeyId")} is not a key for {call.Operation}.");
}
