using KmsGateway.EndToEnd.Tests.Evidence;
using KmsGateway.Testing.Processes;
using Xunit;

[assembly: AssemblyFixture(typeof(PostgresServer))]
[assembly: AssemblyFixture(typeof(SignedLine))]
