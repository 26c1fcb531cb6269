using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Hosting;

namespace KmsGateway.Proxy.Tests.Configuration;

internal sealed class ProductionEnvironment : IHostEnvironment
{
    public string EnvironmentName { get; set; } = Environments.Production;

    public string ApplicationName { get; set; } = "KmsGateway.Proxy";

    public string ContentRootPath { get; set; } = "/";

    public IFileProvider ContentRootFileProvider { get; set; } = new NullFileProvider();
}
