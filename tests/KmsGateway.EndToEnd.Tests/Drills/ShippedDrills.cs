using KmsGateway.Testing.Processes;

namespace KmsGateway.EndToEnd.Tests.Drills;

/// <summary>The drills with the rules and routes as they ship. KMSHighAPIUsage, which takes six hours to fire, is left out.</summary>
public sealed class ShippedDrills(PostgresServer postgres)
    : DrillSeries(postgres, compressed: false, TimeSpan.FromMinutes(25), "KMSHighAPIUsage");
