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
