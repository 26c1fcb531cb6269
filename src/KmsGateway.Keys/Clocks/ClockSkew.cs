using System.Collections.Concurrent;

namespace KmsGateway.Keys.Clocks;

/// <summary>How far this machine's clock is from others': the KMS's, by the <c>Date</c> of its answers, and the key store's.</summary>
/// <remarks>Signing times are evidence. <c>Date</c> has whole seconds, so half a second of it says nothing.</remarks>
public sealed class ClockSkew
{
    internal const string Kms = "kms";
    internal const string Store = "store";

    /// <summary>From here on the gateway is not ready: what it signs would claim a wrong time.</summary>
    internal static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly ConcurrentDictionary<string, TimeSpan> _bySource = new(StringComparer.Ordinal);

    /// <summary>The latest differences by source; positive where this machine is ahead.</summary>
    public IReadOnlyDictionary<string, TimeSpan> BySource => _bySource;

    /// <summary>Whether all who were asked lately think that this clock is wrong.</summary>
    public bool IsTooLarge => !_bySource.IsEmpty && _bySource.Values.All(skew => skew.Duration() >= Limit);

    internal void Note(string source, DateTimeOffset theirs, DateTimeOffset ours) => _bySource[source] = ours - theirs;
}
