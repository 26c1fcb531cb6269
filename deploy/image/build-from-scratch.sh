#!/usr/bin/env bash
# Builds the image where the registry of its base images is out of reach, for tests: the Dockerfile's last stage as it stands, on a stand-in
# that is made of this machine's .NET. The stage before it runs on this machine, on the files that .dockerignore lets through.
set -euo pipefail

if (($# != 2)); then
  echo "usage: build-from-scratch.sh IMAGE FOLDER (as root; the image's storage goes to FOLDER)" >&2
  exit 2
fi
image=$1 folder=$(realpath "$2")
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

# Works without a daemon, systemd or overlayfs.
export BUILDAH_ISOLATION=chroot
buildah() { command buildah --root "$folder/root" --runroot "$folder/run" --storage-driver vfs "$@"; }

mkdir "$folder/source"
sed -n 's/^!//p' .dockerignore | xargs cp -a --parents -t "$folder/source"
"$folder/source/deploy/image/publish.sh" "$folder/out"

# The base image: .NET, what it is linked with or loads by name, and what else the real one says of itself.
base=$(sed -n "s/^FROM \(.*aspnet.*\)/\1/p" Dockerfile)
dotnet=$(dirname "$(readlink -f "$(command -v dotnet)")")
container=$(buildah from scratch)
root=$(buildah mount "$container")
mkdir -p "$root"/{etc/ssl/certs,proc,dev,sys,home/app,var/lib,usr/bin,usr/share/dotnet/shared}
mkdir -m 1777 "$root/tmp"
cp -a "$dotnet"/{dotnet,host} "$root/usr/share/dotnet/"
cp -a "$dotnet"/shared/Microsoft.{NETCore,AspNetCore}.App "$root/usr/share/dotnet/shared/"
ln -s /usr/share/dotnet/dotnet "$root/usr/bin/dotnet"
mapfile -t openssl < <(/sbin/ldconfig -p | sed -nE 's/^\s*lib(ssl|crypto)\.so\.3 .*=> //p')
mapfile -t native < <(find "$root/usr/share/dotnet" -name '*.so' -o -name dotnet -type f)
ldd "${native[@]}" "${openssl[@]}" | sed -nE 's/^\s*(.* => )?(\/\S+) \(0x.*/\2/p' | grep -v "^$root" | cat - <(printf '%s\n' "${openssl[@]}") \
  | sort -u | xargs cp -L --parents -t "$root"
cp -L /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/"
echo "app:x:1654:1654::/home/app:/bin/false" >"$root/etc/passwd"
echo "127.0.0.1 localhost" >"$root/etc/hosts"
echo "app:x:1654:" >"$root/etc/group"
buildah config --user 1654 --env APP_UID=1654 --env ASPNETCORE_HTTP_PORTS=8080 --env DOTNET_RUNNING_IN_CONTAINER=true "$container"
buildah commit --quiet --rm "$container" "$base" >/dev/null

# Docker's format, as the other has no health check.
buildah build --pull=never --format docker --layers=false --tag "$image" --build-context build="$folder" --file Dockerfile .
