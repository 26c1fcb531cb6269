namespace KmsGateway.Proxy.Rejections;

/// <summary>https://github.com/grpc/grpc/blob/master/doc/statuscodes.md</summary>
internal enum GrpcStatus
{
    Ok = 0,
    InvalidArgument = 3,
    PermissionDenied = 7,
    ResourceExhausted = 8,
    FailedPrecondition = 9,
    Unimplemented = 12,
    Unavailable = 14,
    Unauthenticated = 16,
}
