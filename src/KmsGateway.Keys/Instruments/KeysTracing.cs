using System.Diagnostics;

namespace KmsGateway.Keys.Instruments;

/// <summary>What spans of this project have in common.</summary>
internal static class KeysTracing
{
    public const string ErrorType = "error.type";

    public static readonly ActivitySource Source = new(KeysMeter.Name);

    /// <summary>Marks a span as failed. The type is a code of few values; messages of exceptions may say more than a trace should.</summary>
    public static void Fail(this Activity? activity, string errorType, string message)
    {
        activity?.SetTag("error", true);
        activity?.SetTag("error.message", message);
        activity?.SetTag(ErrorType, errorType);
        activity?.SetStatus(ActivityStatusCode.Error, message);
    }
}
