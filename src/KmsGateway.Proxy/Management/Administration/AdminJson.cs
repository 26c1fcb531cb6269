using System.Text.Json;
using System.Text.Json.Serialization;
using KmsGateway.Keys.Administration;

namespace KmsGateway.Proxy.Management.Administration;

/// <summary>The documents of the admin API, with names like those of OTLP/JSON.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, WriteIndented = true)]
[JsonSerializable(typeof(KeyList))]
[JsonSerializable(typeof(EventList))]
[JsonSerializable(typeof(TenantList))]
[JsonSerializable(typeof(TenantDescription))]
[JsonSerializable(typeof(RevocationAnswer))]
[JsonSerializable(typeof(ReasonRequest))]
[JsonSerializable(typeof(RevokeRequest))]
[JsonSerializable(typeof(ShredRequest))]
[JsonSerializable(typeof(ShredAnswer))]
[JsonSerializable(typeof(AuditList))]
[JsonSerializable(typeof(DecryptRequest))]
[JsonSerializable(typeof(ImportAnswer))]
[JsonSerializable(typeof(ValidationAnswer))]
[JsonSerializable(typeof(StatusAnswer))]
[JsonSerializable(typeof(CacheAnswer))]
[JsonSerializable(typeof(RotateAllPlan))]
[JsonSerializable(typeof(Operation))]
[JsonSerializable(typeof(EnforcementRequest))]
[JsonSerializable(typeof(EnforcementAnswer))]
[JsonSerializable(typeof(EnforcementList))]
internal sealed partial class AdminJson : JsonSerializerContext;
