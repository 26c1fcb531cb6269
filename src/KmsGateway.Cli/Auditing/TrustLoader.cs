using System.Security.Cryptography;
using KmsGateway.Cli.Terminal;
using KmsGateway.Cryptography;

namespace KmsGateway.Cli.Auditing;

/// <summary>Reads a trust file from disk, or from a gateway when a URL is given: the one case in which an audit opens a socket.</summary>
internal sealed class TrustLoader(CliEnvironment environment)
{
    public const int MaxBytes = 64 * 1024 * 1024;

    private const int ThumbprintBytes = 32;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    /// <param name="source">A path, or an http(s) URL.</param>
    /// <param name="root">The root's thumbprint as somebody else gave it, or null.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task<LoadedTrust> LoadAsync(string source, string? root, CancellationToken cancellationToken)
    {
        if (root is not null && !Base64UrlText.TryDecode(root, ThumbprintBytes, out _))
        {
            throw new CommandException($"--root {root} is no thumbprint: it has 43 characters of A-Z a-z 0-9 _ -");
        }

        var bytes = IsUrl(source, out var url)
            ? await FetchAsync(url, cancellationToken)
            : await ReadAsync(source, cancellationToken);
        var file = Parse(source, bytes);
        var actual = file.Chain.Root.Kid;
        if (root is not null && root != actual)
        {
            throw new CommandException(
                $"the root of {source} has thumbprint {actual}, --root says {root}: this trust file is not the one you were told of");
        }

        return new LoadedTrust(source, Convert.ToHexStringLower(SHA256.HashData(bytes)), file, root is not null);
    }

    private static bool IsUrl(string source, out Uri url)
    {
        var isUrl = source.StartsWith("http://", StringComparison.OrdinalIgnoreCase)
            || source.StartsWith("https://", StringComparison.OrdinalIgnoreCase);
        url = null!;
        if (!isUrl)
        {
            return false;
        }

        if (!Uri.TryCreate(source, UriKind.Absolute, out url!))
        {
            throw new CommandException($"--trust {source} is no URL");
        }

        // The report names its sources, and reports are handed on.
        return url.UserInfo.Length == 0
            ? true
            : throw new CommandException("--trust: a URL with a user name or password would stand in the report; fetch the file first");
    }

    private static TrustFile Parse(string source, byte[] bytes)
    {
        try
        {
            return TrustFile.Parse(bytes);
        }
        catch (TrustFileException error)
        {
            throw new CommandException($"trust file {source} is refused: {error.Message}", error);
        }
    }

    private async Task<byte[]> FetchAsync(Uri url, CancellationToken cancellationToken)
    {
        try
        {
            using var client = environment.CreateClient(url, Timeout);
            using var response = await client.GetAsync(url, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (!response.IsSuccessStatusCode)
            {
                throw new CommandException($"trust file {url}: the server answered {(int)response.StatusCode}");
            }

            // HttpClient's own timeout ends with the headers.
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            patience.CancelAfter(Timeout);
            await using var body = await response.Content.ReadAsStreamAsync(patience.Token);
            return await ReadAsync(url.ToString(), body, patience.Token);
        }
        catch (HttpRequestException error)
        {
            throw new CommandException($"trust file {url} cannot be fetched: {error.Message}", error);
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw new CommandException($"trust file {url} did not come within {Timeout.TotalSeconds:0} s", error);
        }
    }

    private async Task<byte[]> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            await using var file = AuditFile.OnDisk(path, environment).Open();
            return await ReadAsync(path, file, cancellationToken);
        }
        catch (Exception error) when (FileTrouble.Is(error))
        {
            throw new CommandException($"trust file {FileTrouble.Describe(path, error)}", error);
        }
    }

    private static async Task<byte[]> ReadAsync(string source, Stream stream, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream();
        var buffer = new byte[64 * 1024];
        int read;
        while ((read = await stream.ReadAsync(buffer, cancellationToken)) > 0)
        {
            if (content.Length + read > MaxBytes)
            {
                throw new CommandException($"trust file {source} is larger than {MaxBytes / (1024 * 1024)} MiB: it is no trust file");
            }

            content.Write(buffer, 0, read);
        }

        return content.ToArray();
    }
}
