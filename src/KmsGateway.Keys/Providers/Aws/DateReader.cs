using KmsGateway.Keys.Clocks;

namespace KmsGateway.Keys.Providers.Aws;

/// <summary>Compares the clock of this machine with that of AWS at each answer.</summary>
internal sealed class DateReader(HttpMessageHandler inner, ClockSkew skew, TimeProvider time) : DelegatingHandler(inner)
{
    // The whole second that Date leaves out is half a second on average.
    private static readonly TimeSpan Rounding = TimeSpan.FromSeconds(0.5);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        if (response.Headers.Date is { } date)
        {
            skew.Note(ClockSkew.Kms, date + Rounding, time.GetUtcNow());
        }

        return response;
    }
}
