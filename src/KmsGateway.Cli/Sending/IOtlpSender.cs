namespace KmsGateway.Cli.Sending;

/// <summary>Sends export requests over one of OTLP's protocols.</summary>
internal interface IOtlpSender
{
    /// <summary>The protocol as people call it.</summary>
    string Name { get; }

    Uri Address { get; }

    /// <exception cref="HttpRequestException">There is no answer.</exception>
    Task<OtlpAnswer> SendAsync(IReadOnlyList<SampleSpan> spans, CancellationToken cancellationToken);
}
