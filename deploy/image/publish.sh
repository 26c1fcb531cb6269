#!/bin/sh
# What the image holds: the gateway, and kmsgw beside it. The analyzers have had their say in CI.
# Usage: publish.sh FOLDER [amd64|arm64] (FOLDER is absolute)
set -eu
out=$1 architecture=${2:-amd64}
cd "$(dirname "$0")/../.."

publish() {
  dotnet publish "$@" --output "$out/app" --configuration Release --disable-build-servers -p:RestoreLockedMode=true -p:RunAnalyzers=false
}

# Runs on the .NET of the base image, whatever its processor.
publish src/KmsGateway.Proxy -p:UseAppHost=false -p:PublishDocumentationFile=false -p:PublishReferencesDocumentationFiles=false
find "$out/app/runtimes" -mindepth 1 -maxdepth 1 ! -name linux-x64 ! -name linux-arm64 -exec rm -r {} +

# Its native libraries stand beside it: on a read-only root they could not unpack.
publish src/KmsGateway.Cli --arch "$architecture" -p:IncludeNativeLibrariesForSelfExtract=false

# Packages are not all as readable as the image's user needs them.
chmod -R a+rX "$out/app"
mkdir "$out/data"
