namespace KmsGateway.Keys.Stores;

internal enum TransitionOutcome
{
    Done = 0,

    /// <summary>Someone appended to the chain first: the entries must be made again for its new end.</summary>
    ChainMoved = 1,

    /// <summary>A key is no longer where it was thought to be: someone else did this, or something else, already.</summary>
    KeyMoved = 2,
}
