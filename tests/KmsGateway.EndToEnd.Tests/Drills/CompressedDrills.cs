using KmsGateway.Testing;
using KmsGateway.Testing.Processes;

namespace KmsGateway.EndToEnd.Tests.Drills;

/// <summary>The drills with the time of the rules compressed.</summary>
public sealed class CompressedDrills(PostgresServer postgres) : DrillSeries(postgres, compressed: true, Patience.Limit);
