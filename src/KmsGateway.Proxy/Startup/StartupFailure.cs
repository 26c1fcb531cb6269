using KmsGateway.Keys;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace KmsGateway.Proxy.Startup;

/// <summary>Turns a failed start into one line per problem: who starts a gateway asks what to set, not where the code stood.</summary>
internal static class StartupFailure
{
    public static async Task<int> ExplainAsync(Func<Task> run)
    {
        try
        {
            await run();
            return 0;
        }
#pragma warning disable CA1031 // the edge of the process: whatever it was, the operator gets a line
        catch (Exception failure)
#pragma warning restore CA1031
        {
            foreach (var problem in Problems(failure))
            {
                await Console.Error.WriteLineAsync($"KmsGateway cannot start: {problem}");
            }

            return 1;
        }
    }

    public static IEnumerable<string> Problems(Exception failure) => failure switch
    {
        GatewayStartException start => start.Problems,
        OptionsValidationException options => options.Failures,
        AggregateException many => many.Flatten().InnerExceptions.SelectMany(Problems),
        KeyStartException keys => [keys.Message.ReplaceLineEndings(" ")],
        IOException { InnerException: AddressInUseException } => [PortInUse(failure)],
        _ => [OneLine(failure)],
    };

    private static string PortInUse(Exception failure) =>
        $"{failure.Message.TrimEnd('.')}. Stop the program that listens there, or set another Kestrel:Endpoints:*:Url";

    private static string OneLine(Exception failure)
    {
        var message = failure.InnerException is { } inner ? $"{failure.Message} ({inner.Message})" : failure.Message;
        return message.ReplaceLineEndings(" ");
    }
}
