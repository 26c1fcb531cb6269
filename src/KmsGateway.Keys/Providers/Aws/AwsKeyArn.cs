namespace KmsGateway.Keys.Providers.Aws;

/// <summary>ARNs of keys: <c>arn:partition:kms:region:account:key/id</c>.</summary>
/// <remarks>https://docs.aws.amazon.com/kms/latest/developerguide/multi-region-keys-overview.html: replicas share their id and material.</remarks>
internal static class AwsKeyArn
{
    private const int Parts = 6;
    private const int RegionPart = 3;

    public static bool IsMultiRegion(string arn) => arn.Split(':') is { Length: Parts } parts && parts[^1].StartsWith("key/mrk-", StringComparison.Ordinal);

    /// <summary>The replica of a multi-Region key in another Region.</summary>
    public static string In(string arn, string region)
    {
        var parts = arn.Split(':');
        parts[RegionPart] = region;
        return string.Join(':', parts);
    }
}
