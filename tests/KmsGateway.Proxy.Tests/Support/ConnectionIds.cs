using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;

namespace KmsGateway.Proxy.Tests.Support;

/// <summary>Notes over which connections requests come.</summary>
internal sealed class ConnectionIds(HashSet<string> seen) : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => application =>
    {
        application.Use((context, proceed) =>
        {
            lock (seen)
            {
                seen.Add(context.Connection.Id);
            }

            return proceed(context);
        });
        next(application);
    };
}
