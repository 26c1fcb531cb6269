using KmsGateway.Proxy.Management.Administration;
using Microsoft.Extensions.Configuration;

namespace KmsGateway.Proxy.Tests.Management.Administration;

public sealed class AdminOptionsValidatorTests
{
    [Theory]
    [InlineData(1_000, true)]
    [InlineData(60_000, true)]
    [InlineData(100_000_000, true)]
    [InlineData(999, false)]
    [InlineData(0, false)]
    [InlineData(-60_000, false)]
    [InlineData(100_000_001, false)]
    public void Validate_ValuesPerMinute_AllowsWhatOneCallMayHave(int valuesPerMinute, bool expected)
    {
        var result = new AdminOptionsValidator(new ConfigurationBuilder().Build())
            .Validate(null, new AdminOptions { DecryptValuesPerMinute = valuesPerMinute });

        Assert.Equal(expected, result.Succeeded);
        Assert.True(expected || result.FailureMessage!.Contains("Admin:DecryptValuesPerMinute", StringComparison.Ordinal));
    }
}
