#!/usr/bin/env bash
# A Flink cluster on this machine, two task managers of two slots, each with a pool of Beam's workers, and
# the demo built on it, then on this machine alone: their shards must be byte for byte the same.
#
#   BEAM_FLINK_JOB_SERVER_JAR=/path/to/beam-runners-flink-1.19-job-server-2.70.0.jar infra/flink/local.sh
#
# Needs Java 17, a checkout's .venv (make setup), 6 GB of memory, and addresses of loopback as Linux has
# them. Flink itself comes from PyPI (apache-flink-libraries, 230 MB, once); Beam's job server from Maven,
# by its coordinates org.apache.beam:beam-runners-flink-1.19-job-server:2.70.0.
#
#   PYTHON=…      the environment's Python (.venv/bin/python)
#   FLINK_DIR=…   where jars, logs and the demo go (.cache/flink)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

flink=1.19.3
python=${PYTHON:-.venv/bin/python}
place=$(realpath -m "${FLINK_DIR:-.cache/flink}")
jar=${BEAM_FLINK_JOB_SERVER_JAR:-}

fail() {
  echo "flink: $*" >&2
  exit 1
}

if [[ -z $jar || ! -e $jar ]]; then
  fail "BEAM_FLINK_JOB_SERVER_JAR${jar:+=$jar} is no file: get Beam's job server from Maven," \
    "org.apache.beam:beam-runners-flink-1.19-job-server:2.70.0, and name it there"
fi
command -v java >/dev/null || fail "no java: install Java 17 (openjdk-17-jre-headless)"
"$python" -c 'import gyogwa.pipelines.ingest' || fail "$python has no gyogwa[pipeline]: make setup"

mkdir -p "$place/lib" "$place/logs"
if [[ ! -e $place/lib/flink-dist-$flink.jar ]]; then
  echo "flink: fetching Flink $flink" >&2
  "$python" -m pip download --quiet --no-deps --dest "$place" "apache-flink-libraries==$flink"
  tar -xzf "$place/apache-flink-libraries-$flink.tar.gz" -C "$place"
  mv "$place/apache-flink-libraries-$flink"/deps/lib/{flink-dist,flink-scala,log4j}*.jar "$place/lib/"
  rm -rf "$place/apache-flink-libraries-$flink"*
fi

# The settings that builds need are those of infra/flink/cluster.yaml.
mkdir -p "$place/conf"
cat >"$place/conf/config.yaml" <<CONF
jobmanager.rpc.address: localhost
jobmanager.memory.process.size: 1600m
taskmanager.numberOfTaskSlots: 2
taskmanager.host: localhost
taskmanager.memory.process.size: 2600m
taskmanager.memory.network.min: 512m
taskmanager.memory.network.max: 512m
taskmanager.network.sort-shuffle.min-buffers: 64
rest.address: localhost
rest.port: 8081
heartbeat.interval: 5000
heartbeat.timeout: 20000
restart-strategy.type: fixed-delay
restart-strategy.fixed-delay.attempts: 10
restart-strategy.fixed-delay.delay: 10 s
CONF

opens=()
for package in java.lang java.net java.io java.nio sun.nio.ch java.lang.reflect java.text java.time \
  java.util java.util.concurrent java.util.concurrent.atomic java.util.concurrent.locks; do
  opens+=("--add-opens=java.base/$package=ALL-UNNAMED")
done

processes=()
start() { # NAME COMMAND...
  local name=$1
  shift
  "$@" >"$place/logs/$name.log" 2>&1 </dev/null &
  processes+=($!)
}
trap 'kill "${processes[@]}" 2>/dev/null || true' EXIT

wait_for() { # WHAT COMMAND...
  local what=$1
  shift
  for _ in $(seq 120); do
    if "$@" >/dev/null 2>&1; then return; fi
    sleep 1
  done
  fail "no $what after two minutes; see $place/logs"
}
two_task_managers() { curl -s localhost:8081/overview | grep -q '"taskmanagers":2'; }
listens() { (: <"/dev/tcp/$1/$2") 2>/dev/null; }

entry=org.apache.flink.runtime
start job-manager java "${opens[@]}" -Xmx1g -cp "$place/lib/*" \
  "$entry.entrypoint.StandaloneSessionClusterEntrypoint" --configDir "$place/conf" \
  --executionMode cluster
wait_for "job manager" curl -sf localhost:8081/overview
# A pipeline names one pool, `workers`, which is another address for each task manager. The pool starts a
# bare `python`, which must be the environment's.
bin=$(dirname "$("$python" -c 'import sys; print(sys.executable)')")
for number in 1 2; do
  address=127.0.0.$((number + 1))
  start "pool-$number" env "PATH=$bin:$PATH" "$python" -P infra/flink/pool.py "$address" 50000
  printf '127.0.0.1 localhost %s\n%s workers\n' "$(hostname)" "$address" >"$place/hosts-$number"
  start "task-manager-$number" java "${opens[@]}" -Xmx1500m -cp "$place/lib/*" \
    -Djdk.net.hosts.file="$place/hosts-$number" \
    "$entry.taskexecutor.TaskManagerRunner" --configDir "$place/conf" \
    -Dtaskmanager.resource-id="tm$number" -Dtaskmanager.cpu.cores=2 \
    -Dtaskmanager.memory.framework.heap.size=128m -Dtaskmanager.memory.task.heap.size=1200m \
    -Dtaskmanager.memory.framework.off-heap.size=128m \
    -Dtaskmanager.memory.task.off-heap.size=128m -Dtaskmanager.memory.managed.size=256m \
    -Dtaskmanager.memory.network.min=512m -Dtaskmanager.memory.network.max=512m \
    -Dtaskmanager.memory.jvm-metaspace.size=256m -Dtaskmanager.memory.jvm-overhead.min=192m \
    -Dtaskmanager.memory.jvm-overhead.max=192m
done
start job-server java "${opens[@]}" -jar "$jar" --flink-master=localhost:8081 --job-port=8099 \
  --artifact-port=8098 --expansion-port=0 --artifacts-dir="$place/artifacts"
wait_for "second task manager" two_task_managers
wait_for "first pool" listens 127.0.0.2 50000
wait_for "second pool" listens 127.0.0.3 50000
wait_for "job server" listens localhost 8099

gyogwa=("$python" -P -m gyogwa)
"${gyogwa[@]}" synthesize --output "$place/input" --count 12 --seed 7 --overwrite
for name in flink here; do
  runner=()
  if [[ $name == flink ]]; then
    runner=(--runner=PortableRunner --job_endpoint=localhost:8099 --artifact_endpoint=localhost:8098
      --environment_type=EXTERNAL --environment_config=workers:50000)
  fi
  rm -rf "$place/run" "${place:?}/$name"
  "${gyogwa[@]}" build --input "demo=$place/input" --output "$place/run" --allow_empty "${runner[@]}"
  mv "$place/run" "$place/$name"
done
diff -r "$place/flink/stages" "$place/here/stages" || fail "the stages differ: see $place"
echo "flink: the stages are byte for byte those of one process"
