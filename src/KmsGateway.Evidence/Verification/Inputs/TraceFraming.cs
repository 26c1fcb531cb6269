namespace KmsGateway.Evidence.Verification.Inputs;

/// <summary>How a document stands in its file.</summary>
public enum TraceFraming
{
    /// <summary>As it is.</summary>
    Whole = 0,

    /// <summary>Behind its length in four bytes.</summary>
    LengthPrefixed,

    /// <summary>As a ResourceSpans of a larger request in JSON.</summary>
    Element,

    /// <summary>As part of a store's answer, which is no request.</summary>
    Answer,
}
