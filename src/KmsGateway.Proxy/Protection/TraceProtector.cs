using KmsGateway.Evidence.Otlp;
using KmsGateway.Evidence.Signing;
using KmsGateway.Keys;
using KmsGateway.Proxy.Rejections;
using KmsGateway.Proxy.Telemetry;

namespace KmsGateway.Proxy.Protection;

/// <summary>The gateway on one page: a message and its tenant in, the edits that make every compliance span of it evidence out.</summary>
internal sealed partial class TraceProtector(
    TenantKeys keys, SigningPolicies policies, TimeProvider time, GatewayMetrics metrics, ILogger<TraceProtector> logger)
{
    /// <summary>Leaves its edits in the workspace's splicer; without any, the body is forwarded as it came.</summary>
    /// <exception cref="ProtectionException">The message cannot be decoded, or there is no key now.</exception>
    public async ValueTask ProtectAsync(
        ReadOnlyMemory<byte> message, ITraceEncoding encoding, RequestTenant tenant, ProtectionWorkspace work,
        CancellationToken cancellationToken)
    {
        ThrowIfFailed(encoding.Scan(message, policies.Rules.Keys, SignatureAttributes.Reserved, work.Limits, work.Scan), work);
        work.Splicer.Reset(work.Scan, message.Length);
        var complianceSpans = CountWanted(work.Scan);
        if (complianceSpans == 0)
        {
            RenameReserved(message.Span, encoding, work);
        }
        else
        {
            metrics.ComplianceSpans(complianceSpans);
            using var lease = await LeaseAsync(tenant.Tenant, complianceSpans, cancellationToken);
            var signer = new SpanSigner(lease.Key, policies.Of(tenant.Tenant), tenant.Source, time);
            Sign(message.Span, encoding, tenant.Tenant, signer, work);
        }

        work.Splicer.Complete();
    }

    private static int CountWanted(TraceScan scan)
    {
        var wanted = 0;
        foreach (ref readonly var span in scan.Spans)
        {
            wanted += span.IsWanted ? 1 : 0;
        }

        return wanted;
    }

    private async ValueTask<SigningKeyLease> LeaseAsync(string tenant, int complianceSpans, CancellationToken cancellationToken)
    {
        var result = await keys.GetSigningKeyAsync(tenant, cancellationToken);
        if (result.TryGetLease(out var lease))
        {
            return lease;
        }

        throw result.Failure switch
        {
            KeyFailure.Denied or KeyFailure.NotValidNow => new ProtectionException(
                RejectionReason.TenantBlocked, "the KMS refuses the tenant's signing key; keep the spans and send them again later")
            {
                ComplianceSpans = complianceSpans,
            },
            _ => new ProtectionException(
                RejectionReason.KeyUnavailable, "the tenant's signing key is not available now; send the spans again later")
            {
                ComplianceSpans = complianceSpans,
            },
        };
    }

    private void Sign(
        ReadOnlySpan<byte> message, ITraceEncoding encoding, string tenant, SpanSigner signer, ProtectionWorkspace work)
    {
        RenameReserved(message, encoding, work);
        var signed = 0;
        var unsignable = new UnsignableSpans();
        var coverage = policies.Of(tenant).Coverage;
        foreach (ref readonly var span in work.Scan.Spans)
        {
            if (!span.IsWanted)
            {
                continue;
            }

            ThrowIfFailed(work.Canonical.Read(encoding, message, span, coverage), work);
            work.Attributes.ResetWrittenCount();
            if (work.Canonical.Issues == SpanIssues.None)
            {
                signer.Sign(work.Canonical, encoding, work.Attributes);
                signed++;
            }
            else
            {
                var reason = UnsignableReason.Of(work.Canonical.Issues);
                SpanSigner.Mark(reason, encoding, work.Attributes);
                unsignable.Add(reason, work.Canonical);
            }

            encoding.AppendAttributes(work.Splicer, span, work.Attributes.WrittenSpan);
        }

        metrics.Signed(signed, tenant);
        foreach (var (reason, example) in unsignable.ByReason)
        {
            metrics.Unsignable(example.Count, reason);
            LogUnsignable(example.Count, tenant, reason, example.TraceId, example.SpanId);
        }
    }

    // Nothing a client sends may pass for our signature, on whichever span it stands.
    private static void RenameReserved(ReadOnlySpan<byte> message, ITraceEncoding encoding, ProtectionWorkspace work)
    {
        // By index: renaming adds messages to the scan, whose spans must not move under a reference.
        for (var i = 0; i < work.Scan.Spans.Length; i++)
        {
            var span = work.Scan.Spans[i];
            if (span.HasReserved)
            {
                encoding.RenameAttributes(work.Splicer, message, span, SignatureAttributes.Reserved, SignatureAttributes.RenamedSuffix);
            }
        }
    }

    private static void ThrowIfFailed(OtlpError error, ProtectionWorkspace work)
    {
        if (error != OtlpError.None)
        {
            throw error switch
            {
                OtlpError.TooManySpans => new ProtectionException(
                    RejectionReason.TooLarge, $"the request has more than {work.Limits.MaxSpans} spans; send smaller batches"),
                OtlpError.RepeatedMember => Undecodable("a JSON object of the request repeats a member"),
                OtlpError.AliasedMember => Undecodable("a JSON member is spelled otherwise than OTLP/JSON has it; use lowerCamelCase names"),
                OtlpError.BrokenJson => Undecodable("the body is not OTLP/JSON"),
                _ => Undecodable("the body is not OTLP protobuf"),
            };
        }
    }

    [LoggerMessage(4040, LogLevel.Warning,
        "{Count} compliance spans of tenant {Tenant} have no canonical form ({Reason}) and go on marked, unsigned; "
        + "the first is span {SpanId} of trace {TraceId}.")]
    private partial void LogUnsignable(int count, string tenant, string reason, string traceId, string spanId);

    private static ProtectionException Undecodable(string message) => new(RejectionReason.Undecodable, message);
}
