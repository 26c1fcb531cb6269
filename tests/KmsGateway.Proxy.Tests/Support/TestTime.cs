using KmsGateway.Testing;

namespace KmsGateway.Proxy.Tests.Support;

internal static class TestTime
{
    /// <summary>Far more than anything here takes: a test that reaches it hangs.</summary>
    public static readonly TimeSpan Limit = Patience.Limit;
}
