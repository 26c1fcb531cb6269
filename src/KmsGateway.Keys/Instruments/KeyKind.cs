namespace KmsGateway.Keys.Instruments;

/// <summary>What kind of key is retrieved, as metrics name it in <c>key_type</c>.</summary>
internal static class KeyKind
{
    public const string Signing = "signing";
    public const string Public = "public";
    public const string Encryption = "encryption";

    public static readonly string[] All = [Signing, Public, Encryption];
}
