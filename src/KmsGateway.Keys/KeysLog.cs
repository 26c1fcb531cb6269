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

    [LoggerMessage(1004, LogLevel.Information, "Key {Kid} of tenant {Tenant} was made for {Purpose} ({Reason}); it is used from {ActivateAt:u} on")]
    public static partial void KeyPending(
        ILogger logger, string kid, string tenant, string purpose, string reason, DateTimeOffset activateAt);

    [LoggerMessage(1005, LogLevel.Information, "Key {Kid} of tenant {Tenant} works")]
    public static partial void KeyTested(ILogger logger, string kid, string tenant);

    [LoggerMessage(1006, LogLevel.Error, "Key {Kid} of tenant {Tenant} does not work and is given up")]
    public static partial void KeyFailed(ILogger logger, Exception exception, string kid, string tenant);

    [LoggerMessage(1007, LogLevel.Warning, "Key {Kid} of tenant {Tenant} could not be tested yet")]
    public static partial void KeyNotTested(ILogger logger, Exception exception, string kid, string tenant);

    [LoggerMessage(1008, LogLevel.Information, "Key {Kid} of tenant {Tenant} is {Stage}")]
    public static partial void KeyMoved(ILogger logger, string kid, string tenant, string stage);

    [LoggerMessage(1009, LogLevel.Information, "The private part of signing key {Kid} of tenant {Tenant} is destroyed")]
    public static partial void KeyDestroyed(ILogger logger, string kid, string tenant);

    [LoggerMessage(1014, LogLevel.Error, "The keys of tenant {Tenant} could not be rotated; it is tried again")]
    public static partial void NotRotated(ILogger logger, Exception exception, string tenant);

    [LoggerMessage(1015, LogLevel.Error, "The tenants' keys could not be looked through; it is tried again")]
    public static partial void ScanFailed(ILogger logger, Exception exception);

    [LoggerMessage(1016, LogLevel.Warning, "Signing key {Kid} of tenant {Tenant} is revoked ({Revocation}) by {Actor}: {Reason}")]
    public static partial void KeyRevoked(ILogger logger, string kid, string tenant, string revocation, string actor, string reason);

    [LoggerMessage(1017, LogLevel.Information, "No gateway uses revoked signing key {Kid} any more, {Milliseconds} ms after its revocation")]
    public static partial void RevocationAcknowledged(ILogger logger, string kid, long milliseconds);

    [LoggerMessage(1018, LogLevel.Information, "Restored the key store from an export: {Keys} keys, {Entries} entries in the trust chain")]
    public static partial void StoreRestored(ILogger logger, int keys, int entries);

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

    [LoggerMessage(1020, LogLevel.Error, "Key {Kid} of tenant {Tenant} could not be unwrapped")]
    public static partial void KeyNotUnwrapped(ILogger logger, Exception exception, string kid, string tenant);

    [LoggerMessage(1021, LogLevel.Warning,
        "Key {Kid} of tenant {Tenant} could not be refreshed; it stays in use until its time is over")]
    public static partial void KeyNotRefreshed(ILogger logger, Exception exception, string kid, string tenant);

    [LoggerMessage(1022, LogLevel.Error, "The KMS refuses key {Kid} of tenant {Tenant}, which was in use: it is dropped")]
    public static partial void KeyRefused(ILogger logger, Exception exception, string kid, string tenant);

    [LoggerMessage(1026, LogLevel.Error, "Seed {Kid} could not be looked up in the key store")]
    public static partial void SeedNotFound(ILogger logger, Exception exception, string kid);

    [LoggerMessage(1027, LogLevel.Warning,
        "Seed {Kid} of tenant {Tenant} is destroyed by {Actor}: {Reason}. What was encrypted under it cannot be read any more")]
    public static partial void SeedShredded(ILogger logger, string kid, string tenant, string actor, string reason);

    [LoggerMessage(1023, LogLevel.Information, "Unwrapping the tenants' keys: {Done} of {Keys}")]
    public static partial void WarmUpProgress(ILogger logger, int done, int keys);

    [LoggerMessage(1024, LogLevel.Information, "Unwrapped {Done} of {Keys} keys of the tenants in {Milliseconds} ms")]
    public static partial void WarmUpDone(ILogger logger, int done, int keys, long milliseconds);

    [LoggerMessage(1025, LogLevel.Warning,
        "The connection on which PostgreSQL tells of changes is lost; changes are seen with KeyStore:ChangeInterval until it is back")]
    public static partial void ListenerLost(ILogger logger, Exception exception);

    [LoggerMessage(1030, LogLevel.Information, "KMS '{Provider}' is up, it was {Before}")]
    public static partial void ProbeIsUp(ILogger logger, string provider, ProbeState before);

    [LoggerMessage(1032, LogLevel.Warning, "KMS '{Provider}' is down, it was {Before}: {Error}")]
    public static partial void ProbeIsDown(ILogger logger, string provider, ProbeState before, string? error);

    [LoggerMessage(1031, LogLevel.Warning, "A probe of the KMS failed")]
    public static partial void ProbeFailed(ILogger logger, Exception exception);

    [LoggerMessage(1033, LogLevel.Warning, "Cache:{Setting} was {Before:c} and is {After:c} now, also for keys in memory")]
    public static partial void CacheChanged(ILogger logger, string setting, TimeSpan before, TimeSpan after);

    [LoggerMessage(1034, LogLevel.Error, "The changed section Cache is not used, what was before stays in effect: {Problems}")]
    public static partial void CacheNotChanged(ILogger logger, string problems);

    [LoggerMessage(1040, LogLevel.Information, "{Operation} {Id} {State}: {Done} of {Total} tenants, {Failed} failed")]
    public static partial void OperationEnded(ILogger logger, string operation, string id, string state, int done, int total, int failed);

    [LoggerMessage(1041, LogLevel.Error, "{Operation} failed for tenant {Tenant}")]
    public static partial void OperationFailed(ILogger logger, Exception exception, string operation, string tenant);

    [LoggerMessage(1042, LogLevel.Warning, "The KMS did not pass validation at step {Step}")]
    public static partial void ValidationFailed(ILogger logger, Exception exception, string step);
}
