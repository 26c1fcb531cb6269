using KmsGateway.Cryptography;
using KmsGateway.Evidence.Encryption;
using KmsGateway.Keys;
using KmsGateway.Proxy.Management.Administration;

namespace KmsGateway.Proxy.Tests.Management.Administration;

public sealed class ValueErrorsTests
{
    [Theory]
    [InlineData(KeyFailure.NoKey, "unknown-key")]
    [InlineData(KeyFailure.Shredded, "shredded")]
    [InlineData(KeyFailure.Denied, "denied")]
    [InlineData(KeyFailure.Unavailable, "unavailable")]
    public void Of_EachFailureOfAKey_HasItsCode(KeyFailure failure, string code) => Assert.Equal(code, ValueErrors.Of(failure).Code);

    [Theory]
    [InlineData(DecryptionRefusal.WrongTenant, "wrong-tenant")]
    [InlineData(DecryptionRefusal.WrongPlace, "wrong-place")]
    [InlineData(DecryptionRefusal.NotAValue, "not-a-value")]
    public void Of_EachRefusal_HasItsCode(DecryptionRefusal refusal, string code) => Assert.Equal(code, ValueErrors.Of(refusal).Code);

    [Fact]
    public void NotEncrypted_WithheldValue_SaysThatItIsLost() =>
        Assert.Contains("lost", ValueErrors.NotEncrypted(EncryptedValue.Withheld).Message, StringComparison.Ordinal);
}
