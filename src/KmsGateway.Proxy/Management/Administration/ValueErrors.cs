using KmsGateway.Cryptography;
using KmsGateway.Evidence.Encryption;
using KmsGateway.Keys;

namespace KmsGateway.Proxy.Management.Administration;

/// <summary>Why values are not decrypted, in the words of the API. None of them holds the value.</summary>
internal static class ValueErrors
{
    public static ValueResult NotEncrypted(string text) => ValueResult.Refused(
        "not-encrypted",
        text == EncryptedValue.Withheld
            ? "The value was withheld, as there was no key for it: it is lost."
            : "This is no encrypted value: take it as it is, or look whether a store has cut it.");

    public static ValueResult Of(KeyFailure failure) => failure switch
    {
        KeyFailure.NoKey => ValueResult.Refused(
            "unknown-key", "This key store has no such key: ask a gateway of the installation that encrypted the value."),
        KeyFailure.Shredded => ValueResult.Refused("shredded", "The key was destroyed on purpose: nobody can decrypt the value any more."),
        KeyFailure.Denied => ValueResult.Refused(
            "denied", "The KMS refuses the key: let the gateway decrypt with the tenant's KMS key again (docs/troubleshooting.md), then ask again."),
        _ => ValueResult.Refused(
            "unavailable", "The KMS or the key store does not answer now: look at /health/ready, and ask again later."),
    };

    public static ValueResult Of(DecryptionRefusal refusal) => refusal switch
    {
        DecryptionRefusal.WrongTenant => ValueResult.Refused(
            "wrong-tenant", "The key is another tenant's than the one that was named: name the right one, or find out how the value came there."),
        DecryptionRefusal.WrongPlace => ValueResult.Refused(
            "wrong-place",
            "The value was encrypted for another span, scope or key, or was changed: name the place where the gateway wrote it."),
        _ => ValueResult.Refused(
            "not-a-value", "What was encrypted is no value of an attribute: whoever had the key did not follow the format. Nothing of it is shown."),
    };
}
