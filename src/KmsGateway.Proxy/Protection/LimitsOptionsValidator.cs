using Microsoft.Extensions.Options;

namespace KmsGateway.Proxy.Protection;

[OptionsValidator]
internal sealed partial class LimitsOptionsValidator : IValidateOptions<LimitsOptions>;
