namespace KmsGateway.Keys.Stores;

/// <summary>What became of a new key.</summary>
internal enum AddKeyOutcome
{
    Added = 0,

    /// <summary>The tenant has an active key already: that one counts.</summary>
    TenantHasKey = 1,

    /// <summary>Someone appended to the chain first: the entries must be made again for its new end.</summary>
    ChainMoved = 2,
}
