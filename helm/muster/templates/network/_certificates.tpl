{{/* A Secret of the release as the cluster has it; nothing at an install, which finds none. dict "root" . "secret" NAME */}}
{{- define "muster.storedSecret" -}}
{{- if .root.Release.IsUpgrade -}}
{{- lookup "v1" "Secret" .root.Release.Namespace .secret | toYaml -}}
{{- end -}}
{{- end -}}

{{/* A certificate that is stored, or a new one signed by the chart's authority.
     dict "root" . "secret" NAME "authority" CERTIFICATE "subject" NAME "names" LIST; result: the Secret's data as YAML. */}}
{{- define "muster.certificate" -}}
{{- $stored := include "muster.storedSecret" . | fromYaml -}}
{{- if $stored.data -}}
{{- toYaml $stored.data -}}
{{- else -}}
{{- $days := int .root.Values.tls.validityDays -}}
{{- $made := genSignedCert .subject (list "127.0.0.1") .names $days .authority -}}
ca.crt: {{ .authority.Cert | b64enc }}
tls.crt: {{ $made.Cert | b64enc }}
tls.key: {{ $made.Key | b64enc }}
{{- end -}}
{{- end -}}

{{/* The names by which members and clients call a member. */}}
{{- define "muster.etcd.names" -}}
{{- $name := printf "%s-etcd" (include "muster.fullname" .) -}}
{{- $service := printf "%s.%s.svc" $name .Release.Namespace -}}
{{- $names := list "localhost" $service -}}
{{- range $member := until (int .Values.etcd.replicas) -}}
{{- $names = append $names (printf "%s-%d.%s" $name $member $service) -}}
{{- end -}}
{{ join "," $names }}
{{- end -}}

{{/* The names by which agents, users and other controllers call a controller, the one that they verify first. */}}
{{- define "muster.grpc.names" -}}
{{- $name := printf "%s-controller" (include "muster.fullname" .) -}}
{{- $service := printf "%s.%s.svc" $name .Release.Namespace -}}
{{ join "," (list $service (printf "%s.cluster.local" $service) (printf "%s.%s" $name .Release.Namespace) $name "localhost") }}
{{- end -}}

{{/* Secrets that the chart makes: an authority, what a server shows, what its clients show.
     dict "root" . "for" etcd|grpc "component" NAME "server" SUBJECT "names" LIST */}}
{{- define "muster.chartCertificates" -}}
{{- $name := printf "%s-%s" (include "muster.fullname" .root) .for }}
{{- $labels := include "muster.labels" . }}
{{- /* An upgrade finds what is stored and keeps it: a new authority would part those that run from each other. */}}
{{- $authority := dict }}
{{- $stored := include "muster.storedSecret" (dict "root" .root "secret" (printf "%s-ca" $name)) | fromYaml }}
{{- if $stored.data }}
{{- $authority = buildCustomCert (index $stored.data "tls.crt") (index $stored.data "tls.key") }}
{{- else }}
{{- $authority = genCA $name (int .root.Values.tls.validityDays) }}
{{- end }}
{{- $names := list }}
{{- range .names }}
{{- $names = append $names . }}
{{- end }}
---
apiVersion: v1
kind: Secret
metadata:
  name: {{ $name }}-ca
  namespace: {{ .root.Release.Namespace }}
  labels:
    {{- $labels | nindent 4 }}
type: kubernetes.io/tls
data:
  tls.crt: {{ $authority.Cert | b64enc }}
  tls.key: {{ $authority.Key | b64enc }}
---
apiVersion: v1
kind: Secret
metadata:
  name: {{ $name }}-server
  namespace: {{ .root.Release.Namespace }}
  labels:
    {{- $labels | nindent 4 }}
type: kubernetes.io/tls
data:
  {{- include "muster.certificate" (dict "root" .root "secret" (printf "%s-server" $name) "authority" $authority "subject" .server "names" $names) | nindent 2 }}
---
apiVersion: v1
kind: Secret
metadata:
  name: {{ $name }}-client
  namespace: {{ .root.Release.Namespace }}
  labels:
    {{- $labels | nindent 4 }}
type: kubernetes.io/tls
data:
  {{- include "muster.certificate" (dict "root" .root "secret" (printf "%s-client" $name) "authority" $authority "subject" "muster" "names" (list "muster")) | nindent 2 }}
{{ end -}}

{{/* The same Secrets, made and renewed by cert-manager; the same dict. */}}
{{- define "muster.requestedCertificates" -}}
{{- $name := printf "%s-%s" (include "muster.fullname" .root) .for }}
{{- $namespace := .root.Release.Namespace }}
{{- $labels := include "muster.labels" . }}
{{- $given := .root.Values.tls.certManager.issuerRef }}
{{- $issuer := $given | default (dict "name" (printf "%s-ca" $name) "kind" "Issuer") }}
{{- $duration := printf "%dh" (mul 24 (int .root.Values.tls.validityDays)) }}
{{- if not $given }}
---
apiVersion: cert-manager.io/v1
kind: Issuer
metadata:
  name: {{ $name }}-self-signed
  namespace: {{ $namespace }}
  labels:
    {{- $labels | nindent 4 }}
spec:
  selfSigned: {}
---
apiVersion: cert-manager.io/v1
kind: Certificate
metadata:
  name: {{ $name }}-ca
  namespace: {{ $namespace }}
  labels:
    {{- $labels | nindent 4 }}
spec:
  isCA: true
  commonName: {{ $name }}
  secretName: {{ $name }}-ca
  duration: {{ $duration }}
  privateKey: {algorithm: ECDSA, size: 256, encoding: PKCS8}
  issuerRef: {name: {{ $name }}-self-signed, kind: Issuer}
---
apiVersion: cert-manager.io/v1
kind: Issuer
metadata:
  name: {{ $name }}-ca
  namespace: {{ $namespace }}
  labels:
    {{- $labels | nindent 4 }}
spec:
  ca:
    secretName: {{ $name }}-ca
{{- end }}
---
apiVersion: cert-manager.io/v1
kind: Certificate
metadata:
  name: {{ $name }}-server
  namespace: {{ $namespace }}
  labels:
    {{- $labels | nindent 4 }}
spec:
  secretName: {{ $name }}-server
  commonName: {{ .server }}
  dnsNames:
    {{- range .names }}
    - {{ . }}
    {{- end }}
  ipAddresses: [127.0.0.1]
  usages: [digital signature, key encipherment, server auth, client auth]
  duration: {{ $duration }}
  privateKey: {algorithm: ECDSA, size: 256, encoding: PKCS8, rotationPolicy: Always}
  issuerRef:
    {{- toYaml $issuer | nindent 4 }}
---
apiVersion: cert-manager.io/v1
kind: Certificate
metadata:
  name: {{ $name }}-client
  namespace: {{ $namespace }}
  labels:
    {{- $labels | nindent 4 }}
spec:
  secretName: {{ $name }}-client
  commonName: muster
  dnsNames: [muster]
  usages: [digital signature, key encipherment, client auth]
  duration: {{ $duration }}
  privateKey: {algorithm: ECDSA, size: 256, encoding: PKCS8, rotationPolicy: Always}
  issuerRef:
    {{- toYaml $issuer | nindent 4 }}
{{ end -}}
