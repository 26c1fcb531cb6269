namespace KmsGateway.Fuzz;

/// <summary>What is given any bytes: it must answer, keep to its rules, and throw only where that is the answer.</summary>
internal interface IFuzzTarget
{
    string Name { get; }

    /// <summary>Inputs to start from, beside those kept in the corpus.</summary>
    IEnumerable<byte[]> Seeds();

    /// <summary>How many bytes one of the input may stand for.</summary>
    int Inflation(ReadOnlySpan<byte> input) => 1;

    /// <exception cref="InvariantException">A rule does not hold.</exception>
    void Run(byte[] input);
}
