using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace KmsGateway.FakeKms;

/// <summary>The operations that the gateway uses: https://docs.aws.amazon.com/kms/latest/APIReference/API_Operations.html</summary>
internal static class KmsOperations
{
    private const int MaxPlaintext = 4096;

    public static JsonObject Run(string operation, JsonObject request, KeyRing keys) => operation switch
    {
        "CreateKey" => new JsonObject { ["KeyMetadata"] = Metadata(keys.Create()) },
        "DescribeKey" => new JsonObject { ["KeyMetadata"] = Metadata(keys.Find(Text(request, "KeyId"))) },
        "Encrypt" => Encrypt(request, keys),
        "Decrypt" => Decrypt(request, keys),
        "GenerateDataKeyWithoutPlaintext" => GenerateDataKey(request, keys),
        "GenerateDataKeyPairWithoutPlaintext" => GenerateDataKeyPair(request, keys),
        _ => throw new KmsError("UnknownOperationException", $"{operation} is not one of this fake"),
    };

    private static JsonObject Encrypt(JsonObject request, KeyRing keys)
    {
        var key = keys.Find(Text(request, "KeyId"));
        var plaintext = Bytes(request, "Plaintext");
        return plaintext.Length is > 0 and <= MaxPlaintext
            ? Blob(key, "CiphertextBlob", key.Encrypt(plaintext, Context(request)))
            : throw KmsError.Validation("Plaintext must have 1 to 4096 bytes");
    }

    private static JsonObject Decrypt(JsonObject request, KeyRing keys)
    {
        var ciphertext = Bytes(request, "CiphertextBlob");
        var key = SymmetricKey.IdOf(ciphertext) is { } id ? keys.Find(id) : null;
        if (request["KeyId"] is { } named && keys.Find((string)named!) is var expected && key is not null && key != expected)
        {
            throw KmsError.IncorrectKey();
        }

        return key is null
            ? throw KmsError.InvalidCiphertext()
            : Blob(key, "Plaintext", key.Decrypt(ciphertext, Context(request)));
    }

    private static JsonObject GenerateDataKey(JsonObject request, KeyRing keys)
    {
        var key = keys.Find(Text(request, "KeyId"));
        var length = (int?)request["NumberOfBytes"] ?? (Text(request, "KeySpec") == "AES_128" ? 16 : 32);
        return Blob(key, "CiphertextBlob", key.Encrypt(RandomNumberGenerator.GetBytes(length), Context(request)));
    }

    private static JsonObject GenerateDataKeyPair(JsonObject request, KeyRing keys)
    {
        var key = keys.Find(Text(request, "KeyId"));
        var spec = Text(request, "KeyPairSpec");
        var (privateKey, publicKey) = KeyPairs.Generate(spec);
        var answer = Blob(key, "PrivateKeyCiphertextBlob", key.Encrypt(privateKey, Context(request)));
        answer["PublicKey"] = Convert.ToBase64String(publicKey);
        answer["KeyPairSpec"] = spec;
        return answer;
    }

    private static JsonObject Blob(SymmetricKey key, string name, byte[] bytes) => new()
    {
        ["KeyId"] = key.Arn,
        [name] = Convert.ToBase64String(bytes),
        ["EncryptionAlgorithm"] = "SYMMETRIC_DEFAULT",
    };

    private static JsonObject Metadata(SymmetricKey key) => new()
    {
        ["KeyId"] = key.Id.ToString(),
        ["Arn"] = key.Arn,
        ["KeySpec"] = "SYMMETRIC_DEFAULT",
        ["KeyUsage"] = "ENCRYPT_DECRYPT",
        ["KeyState"] = key.State.ToString(),
        ["Enabled"] = key.State == KeyState.Enabled,
    };

    private static string Text(JsonObject request, string name) =>
        (string?)request[name] ?? throw KmsError.Validation($"{name} must not be null");

    private static byte[] Bytes(JsonObject request, string name)
    {
        try
        {
            return Convert.FromBase64String(Text(request, name));
        }
        catch (FormatException)
        {
            throw new KmsError("SerializationException", $"{name} is not base64");
        }
    }

    private static Dictionary<string, string> Context(JsonObject request) =>
        request["EncryptionContext"] is JsonObject context
            ? context.ToDictionary(pair => pair.Key, pair => (string)pair.Value!, StringComparer.Ordinal)
            : [];
}
