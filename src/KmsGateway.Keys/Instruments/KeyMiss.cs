using System.Diagnostics;

namespace KmsGateway.Keys.Instruments;

/// <summary>A retrieval that memory did not answer, until it is disposed: well, unless it was told that it failed.</summary>
internal sealed class KeyMiss(KeyRetrievals retrievals, string kind, string? tenant, long start, Activity? activity) : IDisposable
{
    private string? _error;

    /// <summary>Whose key it is, once that is known.</summary>
    public string? Tenant { get; set; } = tenant;

    /// <param name="errorType">A code of few values.</param>
    public void Fail(string errorType) => _error = errorType;

    public void Dispose()
    {
        retrievals.EndMiss(kind, Tenant, start, activity, _error);
        activity?.Dispose();
    }
}
