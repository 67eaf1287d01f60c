{{/* Alerts on what the controllers say. */}}
{{- define "muster.alerts.controller" -}}
{{- $of := printf "namespace=%q,job=\"%s-controller\"" .Release.Namespace (include "muster.fullname" .) }}
{{- $rule := .Values.monitoring.prometheusRule -}}
- alert: MusterNoLeader
  expr: >-
    (sum(muster_controller_is_leader{ {{- $of -}} }) or vector(0)) != 1
  for: 1m
  labels: {severity: critical}
  annotations:
    summary: Not exactly one controller of Muster leads
    description: >-
      Nothing is placed and nothing recovers; what runs goes on until the isolation timeout, 5 minutes. Look at the controllers' /readyz and at etcd.
- alert: MusterCommitsFail
  expr: >-
    increase(muster_store_commit_failures_total{ {{- $of -}} }[5m]) > 0
  for: 2m
  labels: {severity: critical}
  annotations:
    summary: Muster cannot store what it decides
    description: >-
      {{ "{{ $value }}" }} transactions in 5 minutes did not become durable. Look at etcd, its disk and its quota.
- alert: MusterCommitsSlow
  expr: >-
    histogram_quantile(0.99, sum by (le) (rate(muster_store_commit_seconds_bucket{ {{- $of -}} }[5m]))) > {{ $rule.commitSecondsAbove }}
  for: 10m
  labels: {severity: warning}
  annotations:
    summary: Commits to etcd are slow
    description: >-
      1 % of commits take longer than {{ "{{ $value | humanizeDuration }}" }}. etcd wants a fast disk of its own.
- alert: MusterLoopBehind
  expr: >-
    max(muster_loop_backlog_events{ {{- $of -}} }) > 1000
  for: 5m
  labels: {severity: warning}
  annotations:
    summary: The controller does not keep up
    description: >-
      {{ "{{ $value }}" }} events wait for its loop. Look at muster_loop_turn_seconds and give it more CPU.
- alert: MusterHostsLost
  expr: >-
    sum(increase(muster_fleet_host_losses_total{ {{- $of -}} }[10m])) >= 3
  labels: {severity: critical}
  annotations:
    summary: Several hosts were lost together
    description: >-
      {{ "{{ $value }}" }} hosts in 10 minutes. That many at once is mostly a rack, a switch or the network.
- alert: MusterHostStaysLost
  expr: >-
    sum(muster_fleet_hosts{ {{- $of -}} ,state="lost"}) > 0
  for: 30m
  labels: {severity: warning}
  annotations:
    summary: A host has been lost for half an hour
    description: >-
      {{ "{{ $value }}" }} hosts. `muster nodes` or `kubectl get nodes` names them.
- alert: MusterHostsQuarantined
  expr: >-
    sum(muster_fleet_hosts{ {{- $of -}} ,state="quarantined"}) > 0
  for: 1h
  labels: {severity: warning}
  annotations:
    summary: Hosts wait for repair
    description: >-
      {{ "{{ $value }}" }} hosts are in quarantine. `muster node show HOST` says why; `muster node release HOST` takes them back.
- alert: MusterRecoveryFails
  expr: >-
    sum(increase(muster_scheduler_restarts_total{ {{- $of -}} ,reason="slow_start"}[30m])) >= 3
  labels: {severity: warning}
  annotations:
    summary: Gangs are placed and do not start
    description: >-
      {{ "{{ $value }}" }} attempts in 30 minutes ended because not every rank ran in time. Images that never pull and volumes that never mount look like this; `muster explain JOB` has the node's words.
- alert: MusterRestartStorm
  expr: >-
    sum(increase(muster_scheduler_restarts_total{ {{- $of -}} ,reason=~"host_lost|host_fault|hang|application_failure"}[30m])) > 30
  for: 5m
  labels: {severity: warning}
  annotations:
    summary: Jobs restart again and again
    description: >-
      {{ "{{ $value }}" }} restarts in 30 minutes that nobody planned. The dashboard shows their causes.
- alert: MusterGoodputLow
  expr: >-
    max(muster_goodput_ettr_ratio{ {{- $of -}} ,window="hour"}) < {{ $rule.goodputBelow }}
  for: 1h
  labels: {severity: warning}
  annotations:
    summary: Little of the accelerators' time is training
    description: >-
      {{ "{{ $value | humanizePercentage }}" }} in the last hour. `muster goodput JOB` and the dashboard say where the rest goes.
{{- end -}}
