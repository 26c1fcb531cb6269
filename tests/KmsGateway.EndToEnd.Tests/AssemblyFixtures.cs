using KmsGateway.Testing.Processes;
using Xunit;

[assembly: AssemblyFixture(typeof(PostgresServer))]
