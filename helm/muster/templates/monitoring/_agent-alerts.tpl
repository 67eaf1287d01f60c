{{/* Alerts on what the agents say. */}}
{{- define "muster.alerts.agent" -}}
{{- $of := printf "namespace=%q,job=\"%s-agent\"" .Release.Namespace (include "muster.fullname" .) -}}
- alert: MusterAgentCutOff
  expr: >-
    muster_agent_registered{ {{- $of -}} } == 0
  for: 5m
  labels: {severity: warning}
  annotations:
    summary: An agent has no controller
    description: >-
      The agent on {{ "{{ $labels.instance }}" }} has not been registered for 5 minutes; errors of its devices go unseen.
- alert: MusterDeviceMissing
  expr: >-
    count by (instance) (muster_agent_device_present{ {{- $of -}} } == 0) > 0
  for: 2m
  labels: {severity: critical}
  annotations:
    summary: An accelerator has gone
    description: >-
      {{ "{{ $value }}" }} devices of {{ "{{ $labels.instance }}" }} are no longer there.
- alert: MusterDeviceMemoryErrors
  expr: >-
    sum by (instance, device) (delta(muster_agent_device_ecc_uncorrected_errors{ {{- $of -}} }[1h])) > 0
  labels: {severity: warning}
  annotations:
    summary: An accelerator's memory has errors that it cannot correct
    description: >-
      Device {{ "{{ $labels.device }}" }} of {{ "{{ $labels.instance }}" }}, {{ "{{ $value }}" }} in the last hour.
- alert: MusterHealthEventsDropped
  expr: >-
    increase(muster_agent_health_events_dropped_total{ {{- $of -}} }[15m]) > 0
  labels: {severity: warning}
  annotations:
    summary: Health events were dropped
    description: >-
      The agent on {{ "{{ $labels.instance }}" }} had more to say than it may keep while no controller answered.
{{- end -}}
