#!/usr/bin/env bash
# Checks with promtool that every expression of the dashboards parses. They become a rules file for that, with a value for each variable:
# the dashboard's own where it has one. A variable that is left over does not parse.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

rules=$(mktemp)
trap 'rm -f "$rules"' EXIT

# JSON is YAML. The name of a rule says where its expression stands.
jq --slurp '
  def values: [.templating.list[] | select(.type == "textbox") | {name, value: .query}]
    + [{name: "__rate_interval", value: "5m"}, {name: "job", value: "kmsgateway"}, {name: "instance", value: ".*"}];
  def replaced($values): reduce $values[] as $one (.; gsub("\\$" + $one.name + "\\b"; $one.value));
  def rules: values as $values | (.uid | gsub("-"; "_")) as $dashboard
    | [.panels[] | .id as $panel | .targets[]?
      | {record: "\($dashboard):panel\($panel):\(.refId)", expr: (.expr | replaced($values))}];
  {groups: map({name: .uid, rules: rules})}' kmsgateway-*.json >"$rules"

promtool check rules "$rules"
