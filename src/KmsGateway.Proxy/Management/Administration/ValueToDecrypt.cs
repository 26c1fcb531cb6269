using KmsGateway.Cryptography;
using KmsGateway.Evidence.Encryption;

namespace KmsGateway.Proxy.Management.Administration;

/// <summary>One value that is asked for.</summary>
/// <param name="Text">What stands there.</param>
/// <param name="Value">The same as what it is; null if it is an ordinary text.</param>
/// <param name="Location">Where it stands, and whose it is said to be.</param>
internal sealed record ValueToDecrypt(string Text, EncryptedValue? Value, ValueLocation Location);
