#!/usr/bin/env bash
# Checks and tests everything in this folder that Prometheus, Alertmanager and Grafana read. Needs jq, and promtool and amtool, which
# Debian has in the packages prometheus and prometheus-alertmanager.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

promtool check config prometheus/prometheus.yml
promtool test rules prometheus/tests/*.test.yml
amtool check-config alertmanager/alertmanager.yml
bash grafana/expressions.sh

grep -v '^#' alertmanager/routes.test | while read -r receiver labels; do
  # Unquoted: each label is an argument.
  # shellcheck disable=SC2086
  amtool config routes test --config.file=alertmanager/alertmanager.yml --verify.receivers="$receiver" $labels >/dev/null 2>&1 || {
    echo "Not routed to $receiver: $labels" >&2
    exit 1
  }
done
echo "Routes: SUCCESS"
