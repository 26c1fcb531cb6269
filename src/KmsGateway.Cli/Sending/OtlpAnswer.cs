using System.Globalization;
using System.Text;

namespace KmsGateway.Cli.Sending;

/// <summary>What a receiver answered to an export request.</summary>
internal sealed record OtlpAnswer
{
    /// <summary>The request was taken; single spans of it may have been rejected.</summary>
    public required bool IsTaken { get; init; }

    /// <summary>The status in the protocol's own words.</summary>
    public required string Status { get; init; }

    public string? Message { get; init; }

    /// <summary>When to try again, as the receiver says it.</summary>
    public string? RetryAfter { get; init; }

    /// <summary>Spans that the receiver dropped for good.</summary>
    public long RejectedSpans { get; init; }

    public bool IsAccepted => IsTaken && RejectedSpans == 0;

    /// <summary>Why not everything was accepted.</summary>
    public string Problem
    {
        get
        {
            var text = new StringBuilder();
            text.Append(CultureInfo.InvariantCulture, $"{(IsTaken ? $"{RejectedSpans} spans rejected" : "refused")} with {Status}");
            if (RetryAfter is not null)
            {
                text.Append(CultureInfo.InvariantCulture, $", retry after {RetryAfter}");
            }

            if (!string.IsNullOrEmpty(Message))
            {
                text.Append(CultureInfo.InvariantCulture, $": {Message}");
            }

            return text.ToString();
        }
    }
}
