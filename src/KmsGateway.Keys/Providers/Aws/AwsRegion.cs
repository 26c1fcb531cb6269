using Amazon.KeyManagementService;

namespace KmsGateway.Keys.Providers.Aws;

/// <summary>One Region with its keys, and clients for who uses keys and who makes them.</summary>
internal sealed record AwsRegion(
    string Name, string KeyId, string RootKeyId, IAmazonKeyManagementService User, IAmazonKeyManagementService Creator) : IDisposable
{
    public void Dispose()
    {
        User.Dispose();
        Creator.Dispose();
    }
}
