using System.Text.Json.Nodes;

namespace KmsGateway.FakeKms;

/// <summary>One call: what is asked, by whom, in which Region.</summary>
internal sealed record KmsCall(string Operation, string Region, string AccessKey, JsonObject Request)
{
    public const string DefaultRegion = "eu-central-1";

    /// <summary>From the credential scope <c>Credential=AKID/20261125/eu-central-1/kms/aws4_request</c>.</summary>
    public static (string AccessKey, string Region) Scope(string authorization)
    {
        const string Name = "Credential=";
        var start = authorization.IndexOf(Name, StringComparison.Ordinal);
        var parts = start < 0 ? [] : authorization[(start + Name.Length)..].Split(',')[0].Split('/');
        return parts.Length == 5 ? (parts[0], parts[2]) : ("", DefaultRegion);
    }

    public string Text(string name) => (string?)Request[name] ?? throw KmsError.Validation($"{name} must not be null");

    public byte[] Bytes(string name)
    {
        try
        {
            return Convert.FromBase64String(Text(name));
        }
        catch (FormatException)
        {
            throw new KmsError("SerializationException", $"{name} is not base64");
        }
    }

    public Dictionary<string, string> Context() =>
        Request["EncryptionContext"] is JsonObject context
            ? context.ToDictionary(pair => pair.Key, pair => (string)pair.Value!, StringComparer.Ordinal)
            : [];
}
