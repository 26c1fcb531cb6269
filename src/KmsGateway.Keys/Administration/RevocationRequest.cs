namespace KmsGateway.Keys.Administration;

/// <summary>Which key is to be withdrawn, and what that says of what it signed.</summary>
/// <param name="IsCompromise">
/// Somebody else may have the key: nothing under it is believed any longer. Else what it signed before stays valid.
/// </param>
/// <param name="CompromisedFrom">Since when, if it is known.</param>
/// <param name="Actor">Who does it, for the record.</param>
/// <param name="Reason">Why, for the record.</param>
public sealed record RevocationRequest(string Kid, bool IsCompromise, DateTimeOffset? CompromisedFrom, string Actor, string Reason);
