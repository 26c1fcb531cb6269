namespace KmsGateway.Evidence.Otlp;

/// <summary>A length-delimited protobuf message whose length changes when its content does.</summary>
public struct MessageNode
{
    public const int NoParent = -1;

    public int Parent;
    public int LengthStart;
    public int ContentStart;
    public int ContentEnd;

    /// <summary>How many bytes its content has gained.</summary>
    public int Growth;
}
