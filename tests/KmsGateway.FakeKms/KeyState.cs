namespace KmsGateway.FakeKms;

public enum KeyState
{
    Enabled,
    Disabled,
    PendingDeletion,
}
