using KmsGateway.Evidence.Otlp;
using KmsGateway.Evidence.Signing;
using KmsGateway.Keys;
using KmsGateway.Proxy.Rejections;
using KmsGateway.Proxy.Telemetry;
using KmsGateway.Proxy.Tenancy;

namespace KmsGateway.Proxy.Protection;

/// <summary>The gateway on one page: a message and its tenant in, the edits that make every compliance span of it evidence out.</summary>
internal sealed partial class TraceProtector(
    TenantKeys keys, SigningPolicies policies, TimeProvider time, GatewayMetrics metrics, ILogger<TraceProtector> logger)
{
    /// <summary>Leaves its edits in the workspace's splicer; without any, the body is forwarded as it came.</summary>
    /// <exception cref="ProtectionException">The message cannot be decoded, or there is no key now.</exception>
    public async ValueTask ProtectAsync(
        ReadOnlyMemory<byte> message, ITraceEncoding encoding, Caller caller, ProtectionWorkspace work,
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
            var tenant = caller.Tenant ?? throw new InvalidOperationException("a request without a tenant of its own");
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
        var oversize = default(UnsignableExample);
        var policy = policies.Of(tenant);
        foreach (ref readonly var span in work.Scan.Spans)
        {
            if (!span.IsWanted)
            {
                continue;
            }

            ThrowIfFailed(work.Canonical.Read(encoding, message, span, policy.Coverage), work);
            work.Attributes.ResetWrittenCount();
            if (ReasonNotToSign(work.Canonical, policy) is { } reason)
            {
                SpanSigner.Mark(reason, encoding, work.Attributes);
                unsignable.Add(reason, work.Canonical);
            }
            else
            {
                signer.Sign(work.Canonical, encoding, work.Attributes);
                signed++;
                oversize = work.Canonical.IsOversize ? oversize.And(work.Canonical) : oversize;
            }

            encoding.AppendAttributes(work.Splicer, span, work.Attributes.WrittenSpan);
        }

        metrics.Signed(signed, tenant);
        metrics.Oversize(oversize.Count, tenant);
        if (oversize.Count > 0)
        {
            LogOversize(oversize.Count, tenant, policy.Oversize.Bytes, oversize.TraceId, oversize.SpanId);
        }

        foreach (var (reason, example) in unsignable.ByReason)
        {
            metrics.Unsignable(example.Count, reason);
            LogUnsignable(example.Count, tenant, reason, example.TraceId, example.SpanId);
        }
    }

    private static string? ReasonNotToSign(CanonicalSpan span, SigningPolicy policy)
    {
        if (span.Issues != SpanIssues.None)
        {
            return UnsignableReason.Of(span.Issues);
        }

        return span.IsOversize && policy.Oversize.On == OnOversize.Mark ? UnsignableReason.Oversize : null;
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
        "{Count} compliance spans of tenant {Tenant} are not signable ({Reason}) and go on marked, unsigned; "
        + "the first is span {SpanId} of trace {TraceId}.")]
    private partial void LogUnsignable(int count, string tenant, string reason, string traceId, string spanId);

    [LoggerMessage(4042, LogLevel.Warning,
        "{Count} signed spans of tenant {Tenant} have an attribute longer than Signing:OversizeBytes ({Bytes}): a store that cuts it breaks "
        + "the signature; the first is span {SpanId} of trace {TraceId}.")]
    private partial void LogOversize(int count, string tenant, int bytes, string traceId, string spanId);

    private static ProtectionException Undecodable(string message) => new(RejectionReason.Undecodable, message);
}
