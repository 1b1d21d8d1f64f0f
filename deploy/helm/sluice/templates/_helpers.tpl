{{/* Names and labels. `sluice install` makes the same from src/install/options.ts. */}}

{{- define "sluice.name" -}}
{{- default "sluice" .Values.nameOverride | trunc 63 -}}
{{- end }}

{{/* Flagger's chart keeps its affinity in the values, and names this template there. */}}
{{- define "flagger.name" -}}
{{- include "sluice.name" . -}}
{{- end }}

{{- define "sluice.fullname" -}}
{{- $chart := include "sluice.name" . -}}
{{- $name := contains $chart .Release.Name | ternary .Release.Name (printf "%s-%s" .Release.Name $chart) -}}
{{- default $name .Values.fullnameOverride | trunc 63 | trimSuffix "-" -}}
{{- end }}

{{- define "sluice.account" -}}
{{- if .Values.serviceAccount.name -}}
{{- .Values.serviceAccount.name -}}
{{- else -}}
{{- .Values.serviceAccount.create | ternary (include "sluice.fullname" .) "default" -}}
{{- end -}}
{{- end }}

{{- define "sluice.selector" -}}
app.kubernetes.io/name: {{ include "sluice.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "sluice.labels" -}}
{{ include "sluice.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/part-of: sluice
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end }}

{{/* Name and namespace of most objects. */}}
{{- define "sluice.metadata" -}}
name: {{ include "sluice.fullname" . }}
namespace: {{ .Release.Namespace }}
labels:
  {{- include "sluice.labels" . | nindent 2 }}
{{- end }}

{{/* Addresses that hold a secret, as a map in YAML, by the environment variables that the controller reads. */}}
{{- define "sluice.alerts" -}}
{{- $settings := dict
  "EVENT_WEBHOOK_URL" .Values.eventWebhook
  "MSTEAMS_PROXY_URL" .Values.msteams.proxyUrl
  "MSTEAMS_URL" .Values.msteams.url
  "SLACK_PROXY_URL" (default .Values.slack.proxy .Values.slack.proxyUrl)
  "SLACK_URL" .Values.slack.url -}}
{{- range $name, $value := $settings }}
{{- if $value }}
{{ $name }}: {{ $value | quote }}
{{- end }}
{{- end }}
{{- end }}

{{/* A role and its binding. Takes root, feature and the namespace that it holds in; empty: the whole cluster. */}}
{{- define "sluice.role" -}}
{{- $kind := empty .namespace | ternary "ClusterRole" "Role" -}}
{{- $name := printf "%s-%s" (include "sluice.fullname" .root) .feature.name -}}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: {{ $kind }}
metadata:
  name: {{ $name }}
  {{- with .namespace }}
  namespace: {{ . }}
  {{- end }}
  labels:
    {{- include "sluice.labels" .root | nindent 4 }}
rules:
  {{- toYaml .feature.rules | nindent 2 }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: {{ $kind }}Binding
metadata:
  name: {{ $name }}
  {{- with .namespace }}
  namespace: {{ . }}
  {{- end }}
  labels:
    {{- include "sluice.labels" .root | nindent 4 }}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: {{ $kind }}
  name: {{ $name }}
subjects:
- kind: ServiceAccount
  name: {{ include "sluice.account" .root }}
  namespace: {{ .root.Release.Namespace }}
{{ end }}
