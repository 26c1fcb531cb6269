using KmsGateway.Cryptography;
using KmsGateway.Evidence.Signing;

namespace KmsGateway.Fuzz.Targets;

/// <summary>The statement that a signature is over.</summary>
internal sealed class StatementTarget : IFuzzTarget
{
    public string Name => "statement";

    public IEnumerable<byte[]> Seeds() => VectorInputs.Statements();

    public void Run(byte[] input)
    {
        var isOther = Statement.IsOfAnotherVersion(input);
        if (!Statement.TryParse(input, out var statement))
        {
            return;
        }

        var writer = new CanonicalJsonWriter();
        Statement.Write(
            writer, statement.Coverage, statement.Digests, statement.IssuedAt, statement.Policy, statement.Salt, statement.SpanId,
            statement.Source, statement.Tenant, statement.TraceId);
        InvariantException.ThrowIfNot(writer.Written.SequenceEqual(input), "a statement has one spelling");
        InvariantException.ThrowIfNot(!isOther, "a statement is of one version");
        InvariantException.ThrowIfNot(TenantId.IsValid(statement.Tenant), "a tenant has a valid name");
        InvariantException.ThrowIfNot(statement.Coverage.Json.Length <= Coverage.MaxBytes, "a coverage is short");
    }
}
