namespace KmsGateway.Keys.Retrieval;

/// <summary>A retrieval that failed. It has been logged; all who wait for it get this one answer, and nothing is cached.</summary>
internal sealed class KeyRetrievalException(KeyFailure failure) : Exception($"The key could not be retrieved: {failure}.")
{
    public KeyFailure Failure { get; } = failure;
}
