namespace KmsGateway.Keys.Trust;

/// <summary>Where the next entry of the trust chain goes.</summary>
internal readonly record struct ChainEnd(long Count, string Head);
