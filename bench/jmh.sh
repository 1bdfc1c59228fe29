#!/usr/bin/env bash
# Builds the benchmarks of the engine's parts and runs them, or those whose names match.
#
#   bench/jmh.sh [PATTERN] [OPTION OF JMH]...
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
./mvnw -q -B -Pbench -pl bench -am -DskipTests package
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
exec "$java" -cp "bench/target/classes:bench/target/lib/*" org.openjdk.jmh.Main "$@"
