.PHONY: run test ci format vectors demo

run:
	dotnet run --project src/KmsGateway.Proxy

demo:
	dotnet run --project src/KmsGateway.Cli -- demo

test:
	dotnet test KmsGateway.sln

vectors:
	node tests/vectors/check.mjs

format:
	dotnet format KmsGateway.sln

ci:
	bash .ci/run
