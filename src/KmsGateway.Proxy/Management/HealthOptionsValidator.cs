using Microsoft.Extensions.Options;

namespace KmsGateway.Proxy.Management;

[OptionsValidator]
internal sealed partial class HealthOptionsValidator : IValidateOptions<HealthOptions>;
