#!/bin/sh
# Starts one rank and makes sure that nothing of it outlives the agent.
#
#   guard.sh run TOKEN COMMAND...   becomes COMMAND, after leaving a watcher behind
#   guard.sh watch TOKEN LEADER     the watcher: waits for the agent's pipe to close, then kills
#
# The agent holds the other end of standard input. However the agent ends, the kernel closes that end. The watcher has
# a session of its own, so a rank that kills its process group does not take it along, and it is nobody's child, so a
# rank that waits for all its children does not wait for it. A process belongs to the rank when its environment holds
# TOKEN: that identity survives daemons that fork twice, and no recycled process number can have it.
variable=MUSTER_RUN_TOKEN
mode=$1
token=$2
shift 2

owns() {
  grep -qsF "$variable=$token" "/proc/$1/environ"
}

# Kills what carries the token; succeeds when nothing does.
sweep() {
  found=$(grep -lsF "$variable=$token" /proc/[0-9]*/environ)
  [ -z "$found" ] && return 0
  for file in $found; do
    process=${file#/proc/}
    kill -s KILL "${process%/environ}" 2>/dev/null
  done
  return 1
}

pause() {
  sleep 0.1 2>/dev/null || sleep 1
}

case $mode in
  run)
    exec 3<&0 </dev/null
    (
      (
        unset "$variable"
        exec setsid sh "$0" watch "$token" "$$" <&3 3<&- >/dev/null 2>&1
      ) &
    )
    exec 3<&-
    exec "$@"
    ;;
  watch)
    leader=$1
    trap '' HUP INT TERM
    while read -r ignored; do :; done
    owns "$leader" && kill -s KILL -- "-$leader" 2>/dev/null
    rounds=0
    clean=0
    # Five minutes: a process that a device driver holds dies when the driver lets go. A restarted agent sweeps too.
    while [ "$rounds" -lt 3000 ] && [ "$clean" -lt 2 ]; do
      if sweep; then clean=$((clean + 1)); else clean=0; fi
      rounds=$((rounds + 1))
      [ "$clean" -lt 2 ] && pause
    done
    ;;
esac
