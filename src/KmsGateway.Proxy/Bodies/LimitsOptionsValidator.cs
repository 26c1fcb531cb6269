using Microsoft.Extensions.Options;

namespace KmsGateway.Proxy.Bodies;

[OptionsValidator]
internal sealed partial class LimitsOptionsValidator : IValidateOptions<LimitsOptions>;
