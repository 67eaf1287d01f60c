{{- define "muster.monitoringIngress" -}}
{{- with .Values.networkPolicy.monitoringNamespaces -}}
- ports:
    - {protocol: TCP, port: http}
  from:
    {{- range . }}
    - namespaceSelector:
        {{- toYaml . | nindent 8 }}
    {{- end }}
{{- end -}}
{{- end -}}

{{- define "muster.nameEgress" -}}
- ports:
    - {protocol: UDP, port: 53}
    - {protocol: TCP, port: 53}
{{- end -}}
