using KmsGateway.Cryptography;

namespace KmsGateway.Cli.Auditing;

/// <summary>A key of the trust file, and how many spans were verified under it.</summary>
internal sealed record KeyUse(TrustedKey Key, long Spans);
