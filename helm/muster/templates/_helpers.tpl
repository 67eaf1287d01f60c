{{- define "muster.name" -}}
{{- .Values.nameOverride | default .Chart.Name | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{- define "muster.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- else if contains (include "muster.name" .) .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "muster.name" .) | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/* Labels that select pods; dict "root" . "component" NAME. They never change, because selectors cannot. */}}
{{- define "muster.selector" -}}
app.kubernetes.io/name: {{ include "muster.name" .root }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end -}}

{{- define "muster.labels" -}}
{{ include "muster.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
app.kubernetes.io/part-of: muster
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
{{- end -}}

{{- define "muster.image" -}}
{{- with .Values.image -}}
{{- if .digest -}}
{{ .repository }}@{{ .digest }}
{{- else -}}
{{ .repository }}:{{ .tag | default $.Chart.AppVersion }}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "muster.pullSecrets" -}}
{{- with .Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- end -}}

{{/* What pod security "restricted" asks of a pod. */}}
{{- define "muster.restrictedPod" -}}
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
fsGroup: 65532
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{/* What it asks of a container, and no writing outside of volumes. */}}
{{- define "muster.restrictedContainer" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end -}}

{{/* Pods of one component keep apart; dict "root" . "component" NAME "how" preferred|required|none. */}}
{{- define "muster.antiAffinity" -}}
{{- if ne .how "none" }}
affinity:
  podAntiAffinity:
    {{- if eq .how "required" }}
    requiredDuringSchedulingIgnoredDuringExecution:
      - topologyKey: kubernetes.io/hostname
        labelSelector:
          matchLabels:
            {{- include "muster.selector" . | nindent 12 }}
    {{- else }}
    preferredDuringSchedulingIgnoredDuringExecution:
      - weight: 100
        podAffinityTerm:
          topologyKey: kubernetes.io/hostname
          labelSelector:
            matchLabels:
              {{- include "muster.selector" . | nindent 14 }}
    {{- end }}
{{- end }}
{{- end -}}

{{- define "muster.controllerAddress" -}}
{{ include "muster.fullname" . }}-controller.{{ .Release.Namespace }}.svc:7443
{{- end -}}

{{/* Whether the gRPC port speaks TLS: "true" or nothing. */}}
{{- define "muster.grpc.tls" -}}
{{- if ne .Values.tls.mode "none" }}true{{ end -}}
{{- end -}}

{{/* The name in controllers' certificates that callers verify: pods are called by their addresses. */}}
{{- define "muster.grpc.serverName" -}}
{{ include "muster.fullname" . }}-controller.{{ .Release.Namespace }}.svc
{{- end -}}

{{/* What a controller or an agent shows on the gRPC port and whom it trusts there; the same words for both. */}}
{{- define "muster.grpc.arguments" -}}
- --tls-ca=/etc/muster/tls/ca.crt
- --tls-cert=/etc/muster/tls/tls.crt
- --tls-key=/etc/muster/tls/tls.key
- --tls-server-name={{ include "muster.grpc.serverName" . }}
{{- end -}}

{{/* Whether the controller and etcd speak TLS: "true" or nothing. */}}
{{- define "muster.etcd.tls" -}}
{{- if .Values.etcd.deploy -}}
{{- if ne .Values.tls.mode "none" }}true{{ end -}}
{{- else if .Values.etcd.tls.enabled }}true{{ end -}}
{{- end -}}

{{/* The Secret with what the controller shows to etcd. */}}
{{- define "muster.etcd.clientSecret" -}}
{{- if .Values.etcd.deploy -}}
{{ include "muster.fullname" . }}-etcd-client
{{- else -}}
{{ .Values.etcd.tls.secretName }}
{{- end -}}
{{- end -}}

{{- define "muster.etcd.memberHost" -}}
{{- $name := printf "%s-etcd" (include "muster.fullname" .root) -}}
{{ $name }}-{{ .member }}.{{ $name }}.{{ .root.Release.Namespace }}.svc
{{- end -}}

{{- define "muster.etcd.store" -}}
{{- if .Values.etcd.deploy -}}
{{- $endpoints := list -}}
{{- range $member := until (int .Values.etcd.replicas) -}}
{{- $endpoints = append $endpoints (printf "%s:2379" (include "muster.etcd.memberHost" (dict "root" $ "member" $member))) -}}
{{- end -}}
etcd://{{ join "," $endpoints }}
{{- else -}}
etcd://{{ join "," .Values.etcd.endpoints }}
{{- end -}}
{{- end -}}

{{/* Values that contradict each other are said here, once and with what to do. */}}
{{- define "muster.check" -}}
{{- if and .Values.etcd.deploy .Values.etcd.endpoints -}}
{{- fail "etcd.deploy is true and etcd.endpoints names an etcd; the state has one place: set etcd.deploy=false, or leave etcd.endpoints empty" -}}
{{- end -}}
{{- if not (or .Values.etcd.deploy .Values.etcd.endpoints) -}}
{{- fail "there is no etcd to keep the state in; name one in etcd.endpoints, or set etcd.deploy=true" -}}
{{- end -}}
{{- if and (not .Values.etcd.deploy) .Values.etcd.tls.enabled (not .Values.etcd.tls.secretName) -}}
{{- fail "etcd.tls.enabled is true and etcd.tls.secretName is empty; name the Secret that holds ca.crt, or set etcd.tls.enabled=false" -}}
{{- end -}}
{{- if and .Values.etcd.deploy .Values.etcd.auth.secretName -}}
{{- fail "etcd.auth.secretName is for an etcd that is there; the chart's own knows its clients by their certificates: leave it empty, or set etcd.deploy=false" -}}
{{- end -}}
{{- if not (has (int .Values.etcd.replicas) (list 1 3)) -}}
{{- fail (printf "etcd.replicas is %v; 1 or 3 members can be deployed" .Values.etcd.replicas) -}}
{{- end -}}
{{- if and (eq .Values.image.tag "latest") (not .Values.image.digest) -}}
{{- fail "image.tag is latest, which changes under a running cluster; name a release" -}}
{{- end -}}
{{- end -}}
