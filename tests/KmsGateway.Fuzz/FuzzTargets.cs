using KmsGateway.Evidence.Otlp;
using KmsGateway.Fuzz.Targets;

namespace KmsGateway.Fuzz;

/// <summary>The targets by name, made when they are asked for: instrumented code may not run before the fuzzer does.</summary>
internal static class FuzzTargets
{
    private static readonly Dictionary<string, Func<IFuzzTarget>> ByName = new(StringComparer.Ordinal)
    {
        ["protobuf"] = () => new ProtectTarget("protobuf", ProtobufTraceEncoding.Instance),
        ["json"] = () => new ProtectTarget("json", JsonTraceEncoding.Instance),
        ["encrypt-protobuf"] = () => new EncryptTarget("protobuf", ProtobufTraceEncoding.Instance),
        ["encrypt-json"] = () => new EncryptTarget("json", JsonTraceEncoding.Instance),
        ["grpc"] = () => new GrpcTarget(),
        ["statement"] = () => new StatementTarget(),
        ["trust"] = () => new TrustTarget(),
        ["file"] = () => new FileTarget(),
    };

    public static IReadOnlyCollection<string> Names => ByName.Keys;

    public static IFuzzTarget Create(string name) => ByName[name]();
}
