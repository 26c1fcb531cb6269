using KmsGateway.Evidence.Otlp;
using KmsGateway.Evidence.Signing;
using KmsGateway.Keys;
using KmsGateway.Proxy.Bodies;
using KmsGateway.Proxy.Rejections;
using KmsGateway.Proxy.Telemetry;
using KmsGateway.Proxy.Tenancy;

namespace KmsGateway.Proxy.Protection;

/// <summary>
/// The gateway on one page: a message and its caller in, the edits that make every compliance span of it evidence out. Sensitive values are
/// encrypted first, in the message itself.
/// </summary>
internal sealed class TraceProtector(
    SigningPolicies signingPolicies,
    TenantKeys tenants,
    OwnerKeys keys,
    SpanEncryption encryption,
    GatewayMetrics metrics,
    ProtectionReport report)
{
    /// <summary>Leaves its edits in the workspace's splicer; without any, the message is forwarded as it is in the body.</summary>
    /// <returns>How many compliance spans it has.</returns>
    /// <exception cref="RejectionException">The message cannot be decoded, or there is no key now.</exception>
    public async ValueTask<int> ProtectAsync(
        RequestBody body, ITraceEncoding encoding, Caller caller, ProtectionWorkspace work, AdmissionLease lease, CancellationToken cancellationToken)
    {
        using var activity = GatewayTracing.Source.StartActivity("kmsgateway.protect");
        var policies = signingPolicies.Current;
        Scan(body.Message, encoding, policies, work);
        using var owners = work.Owners;
        ThrowIfFailed(FindOwners(body.Message.Span, encoding, caller, policies, work), work);
        ThrowIfFailed(encryption.Find(body.Message.Span, encoding, policies, work), work);

        // All keys first: reading and signing is done in one go, on spans of bytes that cannot wait.
        metrics.ComplianceSpans(owners.ComplianceSpans);
        activity?.SetTag("kmsgateway.spans", work.Scan.Spans.Length).SetTag("kmsgateway.compliance_spans", owners.ComplianceSpans);
        await keys.PrepareAsync(owners, policies, cancellationToken);
        Encrypt(body, encoding, policies, work, lease);
        RenameReserved(body.Message.Span, encoding, work);
        Sign(body.Message.Span, encoding, policies, work);
        work.Splicer.Complete();
        report.Tell(owners, policies);
        return owners.ComplianceSpans;
    }

    private static void Scan(ReadOnlyMemory<byte> message, ITraceEncoding encoding, PolicySet policies, ProtectionWorkspace work)
    {
        work.Scan.Reset();
        work.Scan.TakesAll = policies.Encryption.OfAllSpans;
        ThrowIfFailed(encoding.Scan(message, policies.Rules.Keys, SignatureAttributes.Reserved, work.Limits, work.Scan), work);
        work.Splicer.Reset(work.Scan, message.Length);
    }

    // A second message and a second look at it cost less than the cipher, and everything behind reads what will be stored.
    private void Encrypt(RequestBody body, ITraceEncoding encoding, PolicySet policies, ProtectionWorkspace work, AdmissionLease lease)
    {
        if (work.Sensitive.Spans.IsEmpty)
        {
            return;
        }

        var spans = work.Scan.Spans.Length;
        ThrowIfFailed(encryption.Encrypt(body.Message.Span, encoding, work, lease), work);
        body.Replace(SpanEncryption.Write(body.Message, work.Splicer, lease));
        Scan(body.Message, encoding, policies, work);
        if (work.Scan.Spans.Length != spans)
        {
            // The owners are known by their places. Keys are what selects spans, and no key has changed.
            throw new InvalidOperationException("Encryption has changed which spans are looked at.");
        }
    }

    private OtlpError FindOwners(
        ReadOnlySpan<byte> message, ITraceEncoding encoding, Caller caller, PolicySet policies, ProtectionWorkspace work)
    {
        if (work.SpanTenants is { } spanTenants)
        {
            return work.Owners.AssignBy(spanTenants, encoding, message, caller, tenants, policies, work.Scan);
        }

        work.Owners.AssignTo(caller.Tenant, policies, work.Scan);
        return OtlpError.None;
    }

    private void Sign(ReadOnlySpan<byte> message, ITraceEncoding encoding, PolicySet policies, ProtectionWorkspace work)
    {
        work.Canonical.OversizeBytes = policies.Oversize.Bytes;
        for (var i = 0; i < work.Scan.Spans.Length; i++)
        {
            ref readonly var span = ref work.Scan.Spans[i];
            if (!span.IsWanted)
            {
                continue;
            }

            ThrowIfFailed(work.Canonical.Read(encoding, message, span, policies.Coverage), work);
            var owner = work.Owners[i];
            work.Attributes.ResetWrittenCount();
            if ((owner.UnsignedReason ?? ReasonNotToSign(work.Canonical, work.HiddenIssues(i), policies)) is { } reason)
            {
                SpanSigner.Mark(reason, encoding, work.Attributes);
                owner.Tally.AddUnsigned(reason, work.Canonical);
            }
            else
            {
                owner.Signer!.Sign(work.Canonical, encoding, work.Attributes);
                owner.Tally.AddSigned(work.Canonical);
            }

            if (owner.Mode != EnforcementMode.DryRun)
            {
                encoding.AppendAttributes(work.Splicer, span, work.Attributes.WrittenSpan);
            }
        }
    }

    private static string? ReasonNotToSign(CanonicalSpan span, SpanIssues hidden, PolicySet policies)
    {
        if ((span.Issues | hidden) is var issues && issues != SpanIssues.None)
        {
            return UnsignableReason.Of(issues);
        }

        return span.IsOversize && policies.Oversize.On == OnOversize.Mark ? UnsignableReason.Oversize : null;
    }

    // Nothing a client sends may pass for our signature, on whichever span it stands.
    private static void RenameReserved(ReadOnlySpan<byte> message, ITraceEncoding encoding, ProtectionWorkspace work)
    {
        // By index: renaming adds messages to the scan, whose spans must not move under a reference.
        for (var i = 0; i < work.Scan.Spans.Length; i++)
        {
            var span = work.Scan.Spans[i];
            if (span.HasReserved && work.Owners[i].Mode != EnforcementMode.DryRun)
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
                OtlpError.TooManySpans => new RejectionException(
                    RejectionReason.TooLarge, $"the request has more than {work.Limits.MaxSpans} spans; send smaller batches"),
                OtlpError.RepeatedMember => Undecodable("a JSON object of the request repeats a member"),
                OtlpError.AliasedMember => Undecodable("a JSON member is spelled otherwise than OTLP/JSON has it; use lowerCamelCase names"),
                OtlpError.BrokenJson => Undecodable("the body is not OTLP/JSON"),
                _ => Undecodable("the body is not OTLP protobuf"),
            };
        }
    }

    private static RejectionException Undecodable(string message) => new(RejectionReason.Undecodable, message);
}
