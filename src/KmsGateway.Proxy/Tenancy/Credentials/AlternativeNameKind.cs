namespace KmsGateway.Proxy.Tenancy.Credentials;

/// <summary>The kinds of alternative names that tell callers apart.</summary>
internal enum AlternativeNameKind
{
    Dns,
    Uri,
}
