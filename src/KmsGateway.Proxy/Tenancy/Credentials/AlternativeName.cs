namespace KmsGateway.Proxy.Tenancy.Credentials;

/// <summary>A name and its kind. Who may have a DNS name with some text need not be who may have the URI.</summary>
internal readonly record struct AlternativeName(AlternativeNameKind Kind, string Text)
{
    /// <summary>What an entry of the configuration means: a URI has a colon after its scheme, a DNS name has none.</summary>
    public static AlternativeName Parse(string entry) =>
        new(entry.Contains(':', StringComparison.Ordinal) ? AlternativeNameKind.Uri : AlternativeNameKind.Dns, entry);
}
