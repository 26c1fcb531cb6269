namespace KmsGateway.Keys.Resilience;

/// <summary>The permission for one attempt, given back with its outcome.</summary>
/// <param name="Epoch">The state it was given in: what comes back when another has begun, says nothing any more.</param>
/// <param name="Counts">Whether its outcome is told the circuit. Probes of a closed circuit are not: they would dilute the window.</param>
internal readonly record struct CircuitPass(int Epoch, bool Counts);
