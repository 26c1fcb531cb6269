using System.Text.Json.Serialization;
using KmsGateway.Keys.Stores;

namespace KmsGateway.Keys.Recovery;

/// <summary>How <see cref="StoreImage"/> is written as JSON.</summary>
[JsonSerializable(typeof(StoreImage))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UseStringEnumConverter = true,
    RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
internal sealed partial class StoreDocument : JsonSerializerContext;
