using KmsGateway.Keys.Probing;
using Microsoft.Extensions.Logging;

namespace KmsGateway.Keys;

/// <summary>Every message of this project. Event ids 1000 to 1999; a number is never used again.</summary>
internal static partial class KeysLog
{
    [LoggerMessage(1000, LogLevel.Information,
        "Keys ready: KMS '{Provider}', {Algorithm}, {Tenants} tenants, {Created} keys created, {Entries} entries in the trust chain, "
        + "root {Root}")]
    public static partial void KeysReady(
        ILogger logger, string provider, string algorithm, int tenants, int created, long entries, string root);

    [LoggerMessage(1001, LogLevel.Information, "Created root key {Root}: give its thumbprint to those who verify")]
    public static partial void RootCreated(ILogger logger, string root);

    [LoggerMessage(1002, LogLevel.Information, "Created signing key {Kid} of tenant {Tenant}")]
    public static partial void KeyCreated(ILogger logger, string kid, string tenant);

    [LoggerMessage(1003, LogLevel.Warning, "Tenancy:Tenants is empty: no span can be signed")]
    public static partial void NoTenants(ILogger logger);

    [LoggerMessage(1010, LogLevel.Error,
        "Key {Kid} stands in the key store as the active one of tenant {Tenant}, but the trust chain does not say so: it is not used")]
    public static partial void KeyNotTrusted(ILogger logger, string kid, string tenant);

    [LoggerMessage(1011, LogLevel.Error, "The key store has an entry of the trust chain that is refused: {Error}")]
    public static partial void ChainEntryRefused(ILogger logger, string error);

    [LoggerMessage(1012, LogLevel.Warning, "The active keys could not be read; signing stops when they are {MaxAge} old")]
    public static partial void ActiveKeysNotRefreshed(ILogger logger, Exception exception, TimeSpan maxAge);

    [LoggerMessage(1013, LogLevel.Warning, "The trust file could not be renewed; the last one stays published")]
    public static partial void TrustFileNotRenewed(ILogger logger, Exception exception);

    [LoggerMessage(1020, LogLevel.Error, "Signing key {Kid} of tenant {Tenant} could not be unwrapped")]
    public static partial void KeyNotUnwrapped(ILogger logger, Exception exception, string kid, string tenant);

    [LoggerMessage(1030, LogLevel.Information, "KMS '{Provider}' is up, it was {Before}")]
    public static partial void ProbeIsUp(ILogger logger, string provider, ProbeState before);

    [LoggerMessage(1032, LogLevel.Warning, "KMS '{Provider}' is down, it was {Before}: {Error}")]
    public static partial void ProbeIsDown(ILogger logger, string provider, ProbeState before, string? error);

    [LoggerMessage(1031, LogLevel.Warning, "A probe of the KMS failed")]
    public static partial void ProbeFailed(ILogger logger, Exception exception);
}
