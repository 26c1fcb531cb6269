namespace KmsGateway.Evidence.Verification.Stores;

/// <summary>What kind of value an attribute has, as far as it matters to stores.</summary>
internal enum ValueShape
{
    /// <summary>Nothing yet.</summary>
    Unknown = 0,

    String,
    Int,
    Double,
    Bool,

    /// <summary>A string that may stand for a value of another kind: empty, or as a whole a JSON text of something else.</summary>
    TextOfAnother,

    Bytes,
    Map,

    /// <summary>No value.</summary>
    Empty,

    /// <summary>An array whose elements are all of one of the first four kinds.</summary>
    UniformArray,

    OtherArray,
}
