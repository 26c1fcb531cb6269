using Microsoft.Extensions.Options;

namespace KmsGateway.Proxy.Telemetry;

[OptionsValidator]
internal sealed partial class TelemetryOptionsValidator : IValidateOptions<TelemetryOptions>;
