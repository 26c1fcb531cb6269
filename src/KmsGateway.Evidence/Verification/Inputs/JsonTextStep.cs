namespace KmsGateway.Evidence.Verification.Inputs;

/// <summary>How far a <see cref="JsonTextSplitter"/> has come.</summary>
internal enum JsonTextStep
{
    /// <summary>What there is does not hold the next step as a whole.</summary>
    NeedsMore = 0,

    /// <summary>Something around the spans was stepped over.</summary>
    GoesOn,

    /// <summary>An element of the array that holds the spans.</summary>
    Part,

    EndOfText,

    /// <summary>The end of a text that is JSON, but not of the shape of a request or of a store's answer.</summary>
    Refused,

    /// <summary>Not JSON: where the text ends is not known.</summary>
    Broken,
}
