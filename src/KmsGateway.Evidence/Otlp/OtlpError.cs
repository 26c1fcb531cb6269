namespace KmsGateway.Evidence.Otlp;

/// <summary>Why a whole request cannot be taken.</summary>
public enum OtlpError
{
    None = 0,

    /// <summary>The bytes are not protobuf, or a length points outside its message.</summary>
    BrokenProtobuf,

    /// <summary>The bytes are not JSON in UTF-8, or a container has another JSON type than OTLP gives it.</summary>
    BrokenJson,

    /// <summary>A JSON object repeats a member: receivers differ in which one they take.</summary>
    RepeatedMember,

    /// <summary>A JSON member is a known one in another spelling, which some receivers take and others do not.</summary>
    AliasedMember,

    /// <summary>More spans than <see cref="OtlpLimits.MaxSpans"/>.</summary>
    TooManySpans,
}
