#!/usr/bin/env bash
# run.sh TARGET SECONDS: fuzzes one target with afl-fuzz (Debian: afl++), guided by coverage of KmsGateway.Evidence and KmsGateway.Cryptography.
# Needs the .NET SDK and `dotnet tool restore`. Works in artifacts/fuzz/TARGET; what it finds is below findings/ there.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

target=$1 seconds=$2
work=$PWD/artifacts/fuzz/$target
mkdir -p "$work"

# A copy of its own: instrumented assemblies must not meet a test. It stands as deep as the original, from where the vectors are found.
bin=$PWD/artifacts/fuzz/bin
if [[ ! -e $bin/instrumented/.done ]]; then
  dotnet build tests/KmsGateway.Fuzz -c Release
  rm -rf "$bin" && mkdir -p "$bin"
  cp -r artifacts/bin/KmsGateway.Fuzz/release "$bin/instrumented"
  for assembly in KmsGateway.Evidence KmsGateway.Cryptography; do
    dotnet sharpfuzz "$bin/instrumented/$assembly.dll"
  done
  touch "$bin/instrumented/.done"
fi

program=("$(command -v dotnet)" "$bin/instrumented/KmsGateway.Fuzz.dll")
rm -rf "$work/seeds" && dotnet artifacts/bin/KmsGateway.Fuzz/release/KmsGateway.Fuzz.dll seeds "$target" "$work/seeds"

# The runtime is no C program: no instrumentation to look for, a lot of address space, and time to start.
export AFL_SKIP_BIN_CHECK=1 AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 AFL_SKIP_CPUFREQ=1 AFL_NO_UI=1 AFL_FORKSRV_INIT_TMOUT=30000
export DOTNET_TieredPGO=0 DOTNET_gcServer=0
afl-fuzz -i "$work/seeds" -o "$work/findings" -V "$seconds" -t 1000 -m none -- "${program[@]}" "$target" > "$work/afl.log" 2>&1 || { tail -20 "$work/afl.log"; exit 1; }

# What is worth keeping: the few inputs that together reach all that was reached.
rm -rf "$work/minimal"
afl-cmin -i "$work/findings/default/queue" -o "$work/minimal" -t 1000 -m none -- "${program[@]}" "$target" > "$work/cmin.log" 2>&1 || tail -5 "$work/cmin.log"
grep -E "execs_done|execs_per_sec|corpus_count|saved_crashes|saved_hangs|slowest_exec_ms|peak_rss_mb|run_time" "$work/findings/default/fuzzer_stats"
