using KmsGateway.Keys.Options;
using KmsGateway.Keys.Stores;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace KmsGateway.Keys.Recovery;

/// <summary>Fills an empty store from the export that <c>KeyStore:RestoreFrom</c> names.</summary>
internal sealed class StoreRestore(IOptions<KeyStoreOptions> options, IKeyStore store, ILogger<StoreRestore> logger)
{
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        // The setting may stay: once something is in the store, that counts.
        if (options.Value.RestoreFrom is not { Length: > 0 } file || await store.FindRootAsync(cancellationToken) is not null)
        {
            return;
        }

        try
        {
            var image = StoreExport.Read(await File.ReadAllBytesAsync(file, cancellationToken));
            await store.AddImageAsync(image, cancellationToken);
            KeysLog.StoreRestored(logger, image.Keys.Count, image.Events.Count);
        }
        catch (StoreImageException exception)
        {
            throw new KeyStartException($"KeyStore:RestoreFrom: {exception.Message}", exception);
        }
    }
}
