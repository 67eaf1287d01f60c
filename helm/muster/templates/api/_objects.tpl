{{/* Metadata of an object whose definition this chart may just be installing. Helm looks up every object's kind before it
     makes the first, so at a first install the object comes as a hook, after all else, carrying Helm's mark of ownership;
     from then on it is an object of the release like any other. */}}
{{- define "muster.object.annotations" -}}
{{- if .Capabilities.APIVersions.Has "muster.dev/v1alpha1" -}}
{}
{{- else -}}
helm.sh/hook: post-install
helm.sh/hook-delete-policy: hook-failed
meta.helm.sh/release-name: {{ .Release.Name }}
meta.helm.sh/release-namespace: {{ .Release.Namespace }}
{{- end -}}
{{- end -}}
