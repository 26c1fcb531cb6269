namespace KmsGateway.Evidence.Otlp;

/// <summary>Why a span that can be decoded has no canonical form, in the order in which the format names them.</summary>
[Flags]
public enum SpanIssues
{
    None = 0,
    DuplicateKey = 1 << 0,
    RepeatedField = 1 << 1,
    WireType = 1 << 2,
    UnknownField = 1 << 3,
    Strindex = 1 << 4,
    InvalidUtf8 = 1 << 5,
    BadId = 1 << 6,
    Number = 1 << 7,
    Depth = 1 << 8,
    Size = 1 << 9,
}
