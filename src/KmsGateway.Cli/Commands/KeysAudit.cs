using KmsGateway.Cli.Gateways;
using KmsGateway.Cli.Terminal;
using KmsGateway.Cryptography;

namespace KmsGateway.Cli.Commands;

/// <summary>Compares what a gateway's store says of its keys with what the root signed.</summary>
internal sealed class KeysAudit(CliEnvironment environment)
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(250);

    // The longest that a gateway is without news of the store by default (KeyStore:ChangeInterval), and a signature of the root.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public async Task<int> RunAsync(AdminClient client, string? root, CancellationToken cancellationToken)
    {
        var (trust, keys, untold) = await ReadAsync(client, root, cancellationToken);
        var problems = Problems(keys, trust.Chain).ToList();
        if (untold > 0)
        {
            problems.Insert(0, $"the trust file lacks the last {untold} entries of the trust chain in the store: "
                + "keys are being changed right now, or the gateway cannot publish them (its log says why). What follows may come of that.");
        }

        foreach (var problem in problems)
        {
            await environment.Out.WriteLineAsync(PrintableText.Escape(problem));
        }

        var pinned = root is null ? $"trust: UNPINNED, root {trust.Chain.Root.Kid}" : $"root {trust.Chain.Root.Kid}";
        await environment.Out.WriteLineAsync(
            $"{keys.Count} keys, {trust.Chain.Entries.Count} entries in the trust chain, {problems.Count} problems ({pinned})");
        return problems.Count == 0 ? ExitCode.Success : ExitCode.Failure;
    }

    // Two answers, and the file comes a moment after a change of the store: only when it tells of every entry are the two of one time.
    private async Task<(TrustFile Trust, IReadOnlyList<ListedKey> Keys, int Untold)> ReadAsync(
        AdminClient client, string? root, CancellationToken cancellationToken)
    {
        var start = environment.Time.GetTimestamp();
        while (true)
        {
            var trust = await ReadTrustAsync(client, root, cancellationToken);
            var keys = ListedKey.ReadAll(await client.GetAsync("/api/admin/keys", cancellationToken));
            var later = await client.GetAsync($"/api/admin/events?after={trust.Chain.Entries.Count}", cancellationToken);
            var untold = later.GetProperty("events").GetArrayLength();
            if (untold == 0 || environment.Time.GetElapsedTime(start) >= Patience)
            {
                return (trust, keys, untold);
            }

            await Task.Delay(LookAgain, environment.Time, cancellationToken);
        }
    }

    private static async Task<TrustFile> ReadTrustAsync(AdminClient client, string? root, CancellationToken cancellationToken)
    {
        try
        {
            var trust = TrustFile.Parse(await client.GetBytesAsync("/.well-known/jwks.json", cancellationToken));
            return root is null || root == trust.Chain.Root.Kid
                ? trust
                : throw new CommandException($"the root of the gateway has thumbprint {trust.Chain.Root.Kid}, --root says {root}")
                {
                    ExitCode = ExitCode.Failure,
                };
        }
        catch (TrustFileException error)
        {
            throw new CommandException($"the gateway's trust file is refused: {error.Message}", error) { ExitCode = ExitCode.Failure };
        }
    }

    private IEnumerable<string> Problems(IReadOnlyList<ListedKey> keys, TrustChain chain)
    {
        var now = environment.Time.GetUtcNow();
        foreach (var key in keys)
        {
            if (key.Stage is "pending" or "failed")
            {
                continue;
            }

            if (!key.IsForSigning)
            {
                if (!key.Trusted)
                {
                    yield return $"key {key.Kid} of {key.Tenant} for {key.Purpose} is not as a gateway writes it: somebody else did";
                }
            }
            else if (!chain.TryFind(key.Kid, out var trusted))
            {
                yield return $"key {key.Kid} of {key.Tenant} is {key.Stage} in the store, and not in the trust chain: somebody wrote it there";
            }
            else if (trusted.Tenant != key.Tenant || KeyEvent.StatusName(trusted.Status) != key.Stage)
            {
                yield return $"key {key.Kid} is {key.Stage} of {key.Tenant} in the store, and "
                    + $"{KeyEvent.StatusName(trusted.Status)} of {trusted.Tenant} in the trust chain";
            }

            if (key.ReplaceAt < now)
            {
                yield return $"key {key.Kid} of {key.Tenant} should have been replaced at {key.ReplaceAt:u}";
            }
        }

        var listed = keys.Select(key => key.Kid).ToHashSet(StringComparer.Ordinal);
        foreach (var missing in chain.Keys.Where(key => !listed.Contains(key.Key.Kid)))
        {
            yield return $"key {missing.Key.Kid} of {missing.Tenant} is in the trust chain, and not in the store: it was lost or removed";
        }
    }
}
