using Microsoft.Extensions.Options;

namespace KmsGateway.Keys.Options;

[OptionsValidator]
internal sealed partial class TenantLabelOptionsValidator : IValidateOptions<TenantLabelOptions>;
