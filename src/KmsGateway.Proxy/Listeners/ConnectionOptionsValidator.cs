using Microsoft.Extensions.Options;

namespace KmsGateway.Proxy.Listeners;

[OptionsValidator]
internal sealed partial class ConnectionOptionsValidator : IValidateOptions<ConnectionOptions>;
