using KmsGateway.Cli.Terminal;
using KmsGateway.Evidence.Signing;

namespace KmsGateway.Cli.Auditing;

/// <summary>Reads policy documents, which whoever has them fetched from a gateway.</summary>
internal sealed class PolicyLoader(CliEnvironment environment)
{
    // A gateway's own has a few hundred bytes.
    private const int MaxBytes = 1024 * 1024;

    public async Task<LoadedPolicy> LoadAsync(string path, CancellationToken cancellationToken)
    {
        var bytes = await ReadAsync(path, cancellationToken);
        return PolicyDocument.TryParse(bytes, out var document)
            ? new LoadedPolicy(path, document)
            : throw new CommandException(
                $"policy {path} is no policy document: give the answer of /.well-known/kmsgateway-policies/{{pol}}, byte for byte");
    }

    private async Task<ReadOnlyMemory<byte>> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            await using var file = AuditFile.OnDisk(path, environment).Open();
            var content = new byte[MaxBytes + 1];
            var length = await file.ReadAtLeastAsync(content, content.Length, throwOnEndOfStream: false, cancellationToken);
            return length <= MaxBytes
                ? content.AsMemory(0, length)
                : throw new CommandException($"policy {path} is larger than {MaxBytes / (1024 * 1024)} MiB: it is no policy document");
        }
        catch (Exception error) when (FileTrouble.Is(error))
        {
            throw new CommandException($"policy {FileTrouble.Describe(path, error)}", error);
        }
    }
}
