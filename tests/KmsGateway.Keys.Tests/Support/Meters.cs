using System.Diagnostics.Metrics;
using KmsGateway.Keys.Instruments;
using Microsoft.Extensions.DependencyInjection;

namespace KmsGateway.Keys.Tests.Support;

internal static class Meters
{
    public static KmsCalls NewKmsCalls(TimeProvider time) => new(
        new KeysMeter(new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>()), time);
}
