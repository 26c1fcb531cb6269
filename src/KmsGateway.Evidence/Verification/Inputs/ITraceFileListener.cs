namespace KmsGateway.Evidence.Verification.Inputs;

/// <summary>Is told of all that a file holds, in its order, so that it can be written again with other documents in it.</summary>
public interface ITraceFileListener
{
    /// <summary>What was read, inflated. The documents that were given out since the last call lie in it.</summary>
    void Pass(ReadOnlySpan<byte> text);

    /// <summary>A JSON text was read to its end; another may follow.</summary>
    void EndText();
}
