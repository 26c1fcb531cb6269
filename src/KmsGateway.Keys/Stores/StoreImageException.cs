namespace KmsGateway.Keys.Stores;

/// <summary>An image does not belong to this store. The message says why.</summary>
internal sealed class StoreImageException(string message) : Exception(message);
