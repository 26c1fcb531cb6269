namespace KmsGateway.Benchmarks;

/// <summary>One line of the result: what was measured, and whether that is enough.</summary>
/// <param name="Goal">Whether it is only hoped for: a goal that is missed is told, and fails nothing.</param>
internal sealed record Requirement(string What, string Measured, string Limit, bool IsMet, bool Goal = false)
{
    public override string ToString() => $"  {(IsMet ? "met   " : Goal ? "missed" : "FAILED")}  {What}: {Measured} ({(Goal ? "goal" : "required")} {Limit})";
}
