using System.Buffers;
using KmsGateway.Cryptography;
using KmsGateway.Evidence.Otlp;
using KmsGateway.Proxy.Bodies;
using KmsGateway.Proxy.Rejections;
using Microsoft.Extensions.Options;

namespace KmsGateway.Proxy.Protection;

/// <summary>Puts encrypted values in the place of sensitive ones, before anything is signed: what is signed is what is stored.</summary>
internal sealed class SpanEncryption(IOptions<LimitsOptions> limits)
{
    private const int PaidAtATime = 64 * 1024;

    // A KeyValue with an encrypted value has more.
    private const int MinEncryptedBytes = 100;

    private readonly int _maxUpstreamBytes = limits.Value.MaxUpstreamMessageBytes;

    /// <summary>Finds the sensitive attributes of the scan's spans, and tells their owners how many they have.</summary>
    /// <exception cref="RejectionException">There are more than can be encrypted.</exception>
    public OtlpError Find(ReadOnlySpan<byte> message, ITraceEncoding encoding, PolicySet policies, ProtectionWorkspace work)
    {
        work.Sensitive.Reset();
        if (policies.Encryption.OfNobody.IsEmpty)
        {
            return OtlpError.None;
        }

        work.Sensitive.MaxFound = _maxUpstreamBytes / MinEncryptedBytes;
        for (var i = 0; i < work.Scan.Spans.Length; i++)
        {
            var owner = work.Owners[i];
            if (owner.Sensitive.IsEmpty || !(work.Scan.Spans[i].IsWanted || policies.Encryption.OfAllSpans))
            {
                continue;
            }

            (work.Sensitive.OfSpans, work.Sensitive.OfOthers) = (owner.Sensitive.OfSpans, owner.Sensitive.Patterns);
            if (encoding.FindAttributes(message, work.Scan, i, work.Sensitive, out var found) is var error && error != OtlpError.None)
            {
                return error;
            }

            if (work.Sensitive.HasMore)
            {
                throw TooLarge();
            }

            owner.SensitiveValues += found;
        }

        return OtlpError.None;
    }

    /// <summary>Leaves its edits in the workspace's splicer, and what is wrong with hidden values in its list.</summary>
    /// <exception cref="RejectionException">The request would become too large, or there is no memory for it.</exception>
    public OtlpError Encrypt(ReadOnlySpan<byte> message, ITraceEncoding encoding, ProtectionWorkspace work, AdmissionLease lease)
    {
        var paid = 0;
        foreach (ref readonly var span in work.Sensitive.Spans)
        {
            var owner = work.Owners[span.Span];
            if (owner.Encryptor is not null)
            {
                work.Cipher.SetSpan(owner.Tenant!.Value.Tenant, encoding, message, span);
            }

            foreach (ref readonly var attribute in work.Sensitive.Of(span))
            {
                paid += Pay(work.Splicer, attribute, paid, lease);
                var error = owner.Encryptor is { } encryptor
                    ? work.Cipher.Encrypt(encoding, message, attribute, encryptor, work.Splicer)
                    : work.Cipher.Withhold(encoding, message, attribute, work.Splicer);
                if (error != OtlpError.None)
                {
                    return error;
                }

                work.Hide(span.Span, work.Cipher.Issues);
            }

            owner.Tally.AddValues(work.Sensitive.Of(span).Length, isEncrypted: owner.Encryptor is not null);
        }

        lease.GiveBack(paid);
        return OtlpError.None;
    }

    /// <summary>The message with the edits, in one piece, for the next look at it.</summary>
    public static LeasedBuffer Write(ReadOnlyMemory<byte> message, TraceSplicer splicer, AdmissionLease lease)
    {
        splicer.Complete();
        var written = new LeasedBuffer(lease);
        try
        {
            written.GetMemory((int)splicer.Length);
            foreach (var slice in splicer.Slices(message))
            {
                written.Write(slice.Span);
            }

            return written;
        }
        catch
        {
            written.Dispose();
            throw;
        }
    }

    // Before it grows: an empty value of three bytes takes a hundred and more, a long one a third more than it has.
    private int Pay(TraceSplicer splicer, in AttributeView attribute, int paid, AdmissionLease lease)
    {
        var replaced = attribute.KeyValue.End.Value - attribute.KeyValue.Start.Value;
        var length = EncryptedValue.LengthOf(replaced);
        if (splicer.Length + length - replaced > _maxUpstreamBytes)
        {
            throw TooLarge();
        }

        var due = splicer.AddedBytes + length - paid;
        if (due <= 0)
        {
            return 0;
        }

        due = Math.Max(due, PaidAtATime);
        lease.Take(due);
        return due;
    }

    private RejectionException TooLarge() => new(
        RejectionReason.TooLarge,
        $"the request with encrypted values has more than {_maxUpstreamBytes} bytes, which is what the upstream takes; send smaller batches");
}
