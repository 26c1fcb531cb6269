using KmsGateway.Testing.Processes;

[assembly: AssemblyFixture(typeof(PostgresServer))]
