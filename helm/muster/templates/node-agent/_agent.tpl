{{/* The agents of one vendor's nodes; dict "root" . "vendor" NAME "own" VALUES. */}}
{{- define "muster.agent" -}}
{{- $name := printf "%s-agent" (include "muster.fullname" .root) }}
{{- $component := dict "root" .root "component" "agent" }}
{{- $agent := .root.Values.agent }}
apiVersion: apps/v1
kind: DaemonSet
metadata:
  name: {{ $name }}-{{ .vendor }}
  namespace: {{ .root.Release.Namespace }}
  labels:
    {{- include "muster.labels" $component | nindent 4 }}
    muster.dev/vendor: {{ .vendor }}
spec:
  selector:
    matchLabels:
      {{- include "muster.selector" $component | nindent 6 }}
      muster.dev/vendor: {{ .vendor }}
  updateStrategy:
    type: RollingUpdate
    rollingUpdate:
      maxUnavailable: {{ $agent.maxUnavailable }}
  template:
    metadata:
      labels:
        {{- include "muster.selector" $component | nindent 8 }}
        muster.dev/vendor: {{ .vendor }}
      {{- with $agent.podAnnotations }}
      annotations:
        {{- toYaml . | nindent 8 }}
      {{- end }}
    spec:
      serviceAccountName: {{ $name }}
      automountServiceAccountToken: false
      {{- include "muster.pullSecrets" .root | nindent 6 }}
      {{- with $agent.priorityClassName }}
      priorityClassName: {{ . }}
      {{- end }}
      {{- with .own.runtimeClassName }}
      runtimeClassName: {{ . }}
      {{- end }}
      enableServiceLinks: false
      terminationGracePeriodSeconds: 10
      nodeSelector:
        kubernetes.io/os: linux
        {{- with .own.nodeSelector }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      {{- with $agent.tolerations }}
      tolerations:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      securityContext:
        {{- include "muster.agent.podSecurity" $agent | nindent 8 }}
      containers:
        - name: agent
          image: {{ include "muster.image" .root | quote }}
          imagePullPolicy: {{ .root.Values.image.pullPolicy }}
          command: [/opt/muster/bin/muster-agent]
          args:
            - --observe
            - --controller={{ include "muster.controllerAddress" .root }}
            - --host=$(NODE_NAME)
            - --data=/var/lib/muster
            - --http-bind=0.0.0.0
            - --http-port=7481
            - --devices={{ eq .vendor "nvidia" | ternary "nvidia" "none" }}
            {{- if eq $agent.kernelLog.source "device" }}
            - --kernel-log=/dev/kmsg
            {{- else if eq $agent.kernelLog.source "file" }}
            - --kernel-log={{ $agent.kernelLog.file }}
            {{- end }}
            {{- if $agent.progress.enabled }}
            - --pods-dir={{ $agent.progress.podsDirectory }}
            {{- end }}
            {{- if include "muster.grpc.tls" .root }}
            {{- include "muster.grpc.arguments" .root | nindent 12 }}
            {{- end }}
            {{- range $agent.extraArgs }}
            - {{ . | quote }}
            {{- end }}
          env:
            - name: NODE_NAME
              valueFrom:
                fieldRef:
                  fieldPath: spec.nodeName
            {{- if eq .vendor "nvidia" }}
            # Only the tool that reads them; the agent computes nothing on them.
            - name: NVIDIA_VISIBLE_DEVICES
              value: all
            - name: NVIDIA_DRIVER_CAPABILITIES
              value: utility
            {{- end }}
          ports:
            - name: http
              containerPort: 7481
          livenessProbe:
            httpGet: {path: /healthz, port: http}
            initialDelaySeconds: 10
            periodSeconds: 20
            timeoutSeconds: 5
          # Ready means registered with a controller.
          readinessProbe:
            httpGet: {path: /readyz, port: http}
            periodSeconds: 10
            timeoutSeconds: 5
          resources:
            {{- toYaml $agent.resources | nindent 12 }}
          securityContext:
            {{- include "muster.agent.containerSecurity" $agent | nindent 12 }}
          volumeMounts:
            - name: data
              mountPath: /var/lib/muster
            - name: tmp
              mountPath: /tmp
            {{- if include "muster.grpc.tls" .root }}
            - name: grpc-tls
              mountPath: /etc/muster/tls
              readOnly: true
            {{- end }}
            {{- include "muster.agent.mounts" . | nindent 12 }}
      volumes:
        - name: data
          emptyDir:
            sizeLimit: 256Mi
        - name: tmp
          emptyDir:
            sizeLimit: 128Mi
        {{- if include "muster.grpc.tls" .root }}
        - name: grpc-tls
          secret:
            secretName: {{ include "muster.fullname" .root }}-grpc-client
            defaultMode: 0440
        {{- end }}
        {{- include "muster.agent.volumes" . | nindent 8 }}
{{- end -}}

{{/* Root is needed for what root alone may read of the host, and for nothing else. */}}
{{- define "muster.agent.podSecurity" -}}
{{- if or (ne .kernelLog.source "none") .progress.enabled -}}
runAsUser: 0
seccompProfile:
  type: RuntimeDefault
{{- else -}}
{{ include "muster.restrictedPod" . }}
{{- end -}}
{{- end -}}

{{/* A container may open the kernel's log only when it is privileged: the device is not among those it is given. */}}
{{- define "muster.agent.containerSecurity" -}}
readOnlyRootFilesystem: true
{{- if eq .kernelLog.source "device" }}
privileged: true
{{- else }}
allowPrivilegeEscalation: false
capabilities:
  drop: [ALL]
  {{- if or .progress.enabled (eq .kernelLog.source "file") }}
  add: [DAC_READ_SEARCH]
  {{- end }}
{{- end }}
{{- end -}}

{{- define "muster.agent.mounts" -}}
{{- $agent := .root.Values.agent }}
{{- if eq $agent.kernelLog.source "device" }}
- name: kernel-log
  mountPath: /dev/kmsg
  readOnly: true
{{- else if eq $agent.kernelLog.source "file" }}
- name: kernel-log
  mountPath: {{ dir $agent.kernelLog.file }}
  readOnly: true
{{- end }}
{{- if $agent.progress.enabled }}
- name: pods
  mountPath: {{ $agent.progress.podsDirectory }}
  readOnly: true
  mountPropagation: HostToContainer
{{- end }}
{{- range $number, $path := .own.hostPaths }}
- name: host-{{ $number }}
  mountPath: {{ $path }}
  readOnly: true
{{- end }}
{{- end -}}

{{- define "muster.agent.volumes" -}}
{{- $agent := .root.Values.agent }}
{{- if eq $agent.kernelLog.source "device" }}
- name: kernel-log
  hostPath:
    path: /dev/kmsg
    type: CharDevice
{{- else if eq $agent.kernelLog.source "file" }}
{{- /* The folder, because a rotated log is a new file. */}}
- name: kernel-log
  hostPath:
    path: {{ dir $agent.kernelLog.file }}
    type: Directory
{{- end }}
{{- if $agent.progress.enabled }}
- name: pods
  hostPath:
    path: {{ $agent.progress.podsDirectory }}
    type: Directory
{{- end }}
{{- range $number, $path := .own.hostPaths }}
- name: host-{{ $number }}
  hostPath:
    path: {{ $path }}
{{- end }}
{{- end -}}
