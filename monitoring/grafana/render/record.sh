#!/usr/bin/env bash
# Draws the pictures in docs/images from a real run: a gateway in Development, a Prometheus with the rules of this repository, and
# twelve minutes of load with an outage of the KMS. Needs what `dotnet build KmsGateway.sln` builds, and prometheus, curl, jq, Node and
# Chromium.
# The cache is made too small, and its keys live for two minutes instead of an hour: or there would be no misses to see.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../../.." && pwd)
bin=$root/artifacts/bin
# The gateway reads its configuration there.
cd "$root"
npm ci --prefix "$here" --silent
work=$(mktemp -d)
otlp=http://localhost:24318 management=http://localhost:28080 prometheus=localhost:29090
pids=()

finish() {
  ((${#pids[@]} == 0)) || kill "${pids[@]}" 2>/dev/null || true
  wait
  rm -rf "$work"
}
trap finish EXIT

cat >"$work/prometheus.yml" <<YAML
global: { scrape_interval: 5s, evaluation_interval: 5s }
rule_files: ["$root/monitoring/prometheus/*.rules.yml"]
scrape_configs:
  - job_name: kmsgateway
    static_configs: [{ targets: ["localhost:28080"] }]
YAML

DOTNET_ENVIRONMENT=Development dotnet "$bin/KmsGateway.Proxy/debug/KmsGateway.Proxy.dll" \
  --Kestrel:Endpoints:OtlpGrpc:Url=http://localhost:24317 --Kestrel:Endpoints:OtlpHttp:Url=$otlp \
  --Kestrel:Endpoints:Management:Url=$management --DataDirectory="$work/data" \
  --Tenancy:Tenants:0=default --Tenancy:Tenants:1=acme --Tenancy:Tenants:2=bluebank --Tenancy:Tenants:3=contoso \
  --Tenancy:Tenants:4=dune --Enforcement:Tenants:0:Tenant=dune --Enforcement:Tenants:0:Mode=observe \
  --Cache:SigningKeys=4 --Cache:SigningKeyLifetime=00:02:00 >"$work/gateway.log" 2>&1 &
pids+=($!)
prometheus --config.file="$work/prometheus.yml" --storage.tsdb.path="$work/tsdb" --web.listen-address="$prometheus" \
  --log.level=warn >"$work/prometheus.log" 2>&1 &
pids+=($!)

await() { # address log
  curl -sf -o /dev/null --retry 60 --retry-delay 1 --retry-all-errors "$1" || {
    cat "$2" >&2
    exit 1
  }
}
await $management/health/ready "$work/gateway.log"
await "http://$prometheus/-/ready" "$work/prometheus.log"

spans() {
  jq -nc --argjson count "$1" --argjson attributes "$2" '{resourceSpans: [{
    resource: {attributes: [{key: "service.name", value: {stringValue: "payments"}}]},
    scopeSpans: [{spans: [range($count) | {
      traceId: "5b8efff798038103d269b633813fc60c", spanId: "eee19b7ec3c1b174", name: "approve payment", kind: 2,
      startTimeUnixNano: "1700000000000000000", endTimeUnixNano: "1700000000250000000", attributes: $attributes}]}]}]}'
}
amount='{"key": "compliance.amount", "value": {"stringValue": "250.00 EUR"}}'
spans 5 "[$amount]" >"$work/signed.json"
spans 200 "[$amount]" >"$work/large.json"
spans 1 "[$amount, $amount]" >"$work/unsignable.json"
spans 5 '[]' >"$work/ordinary.json"
echo '{"resourceMetrics": []}' >"$work/metrics.json"
echo '{"resourceSpans": [' >"$work/malformed.json"

post() { # signal tenant body
  curl -s -o /dev/null -m 10 -H 'Content-Type: application/json' -H "X-Scope-OrgID: $2" --data-binary @"$work/$3.json" \
    "$otlp/v1/$1" || true
}

kmsgw() { dotnet "$bin/KmsGateway.Cli/debug/kmsgw.dll" "$@"; }

key=$work/data/kms/master.key
from=$EPOCHSECONDS
turn=0
while (((now = EPOCHSECONDS - from) < 720)); do
  turn=$((turn + 1))
  for tenant in acme acme bluebank default; do
    post traces $tenant signed
  done
  post traces default ordinary
  post metrics default metrics
  ((turn % 8)) || post traces contoso signed
  ((turn % 12)) || post traces dune signed
  ((turn % 20)) || post traces acme large
  ((turn % 25)) || post traces bluebank unsignable
  ((turn % 40)) || post traces nobody signed
  ((turn % 60)) || post traces acme malformed
  ((turn % 100)) || kmsgw send --gateway $management --otlp-grpc http://localhost:24317 --tenant bluebank --compliance 20 >/dev/null || true

  # Without its key file the development KMS fails as one that is away.
  if ((now > 240 && now < 450)); then
    [[ -f $key ]] && mv "$key" "$key.away"
  else
    [[ -f $key.away ]] && mv "$key.away" "$key"
  fi
  if ((now > 540)) && [[ -z ${rotated:-} ]]; then
    rotated=yes
    kmsgw keys rotate acme --gateway $management --reason "for a picture"
  fi
  sleep 0.2
done

for name in service keys-and-cost; do
  node "$here/draw.mjs" "monitoring/grafana/kmsgateway-$name.json" "http://$prometheus" "docs/images/dashboard-$name.png" \
    "$from" "$EPOCHSECONDS"
done
