# shellcheck shell=bash disable=SC2034  # the flags are used by the scripts that source this
# Finds Java and starts an application of the distribution; sourced by the scripts in bin/.
# Nothing here starts a process unless it must: a command of Muster should start fast.

# How each application runs. An archive of loaded classes is made with the same flags.
# The command: it lives for a fraction of a second, so the quick compiler alone is the faster one.
MUSTER_CLI_FLAGS=(-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xss512k -Xmx256m)
# Simulations run for minutes, so both compilers are worth their start, and fleets take room.
MUSTER_SIMULATE_FLAGS=(-XX:+UseSerialGC -Xmx2g)
# The controller: memory grows with the cluster, and is given back. MUSTER_JAVA_OPTS=-Xmx16g for a very large one.
MUSTER_CONTROLLER_FLAGS=(-XX:+UseG1GC -Xms48m -XX:G1PeriodicGCInterval=60000 -XX:+ExitOnOutOfMemoryError)
# The agent: small, because it lives beside the training.
MUSTER_AGENT_FLAGS=(-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xms16m -Xmx48m -Xss512k -XX:ReservedCodeCacheSize=24m
  -XX:+ExitOnOutOfMemoryError)

# The folder that holds bin/ and lib/, through any symbolic links.
muster_home() {
  local script=$1
  if [[ -L $script ]]; then script=$(readlink -f -- "$script"); fi
  local bin=${script%/*}
  if [[ $bin == "$script" ]]; then bin=.; fi
  MUSTER_HOME=$(cd -- "$bin/.." && pwd -P)
}

# The Java to run: JAVA_HOME's, else the one on the PATH; it must be 17 or newer.
muster_java() {
  local release version=''
  if [[ -n ${JAVA_HOME:-} && -x $JAVA_HOME/bin/java ]]; then
    MUSTER_JAVA=$JAVA_HOME/bin/java
  elif ! MUSTER_JAVA=$(type -P java); then
    echo "muster: there is no java on the PATH and no JAVA_HOME; install one: apt-get install openjdk-17-jre-headless" >&2
    exit 1
  fi
  # The file "release" beside a Java says its version; asking Java itself would cost a start.
  release=$MUSTER_JAVA
  if [[ -L $release ]]; then release=$(readlink -f -- "$release"); fi
  release=${release%/bin/java}/release
  if [[ -r $release ]]; then
    while IFS='=' read -r key value; do
      if [[ $key == JAVA_VERSION ]]; then version=${value//\"/}; break; fi
    done <"$release"
  fi
  if [[ -n $version && ( ${version%%.*} == 1 || ${version%%[!0-9]*} -lt 17 ) ]]; then
    echo "muster: $MUSTER_JAVA is Java $version; Muster needs 17 or newer: apt-get install openjdk-17-jre-headless" >&2
    exit 1
  fi
}

# muster_run ARTIFACT MAIN-CLASS FLAGS... -- ARGUMENTS...
muster_run() {
  local artifact=$1 main=$2 lib=$MUSTER_HOME/lib class_path
  shift 2
  local -a flags=()
  while [[ $1 != -- ]]; do flags+=("$1"); shift; done
  shift
  if [[ ! -r $lib/$artifact.classpath ]]; then
    echo "muster: $lib/$artifact.classpath is missing; install the distribution again" >&2
    exit 1
  fi
  # The file may end without a line feed, which read takes for a failure.
  IFS= read -r class_path <"$lib/$artifact.classpath" || true
  class_path=$lib/$artifact.jar:${class_path//@LIB@/$lib}
  # An archive made by another Java, or of other jars, is passed over in silence: it only makes the start faster.
  if [[ -n ${MUSTER_CLASS_LIST:-} ]]; then
    flags+=(-Xshare:off "-XX:DumpLoadedClassList=$MUSTER_CLASS_LIST")
  else
    flags+=(-Xshare:auto "-XX:SharedArchiveFile=$lib/$artifact.jsa")
  fi
  # shellcheck disable=SC2086  # several options in one variable, as in other Java programs
  exec "$MUSTER_JAVA" "${flags[@]}" -XX:-UsePerfData "-Dmuster.home=$MUSTER_HOME" \
    ${MUSTER_JAVA_OPTS:-} -cp "$class_path" "$main" "$@"
}
