{{/* Go's own functions only, so that `npm test -- deploy` can render the chart where there is no helm. */}}
{{- define "image" -}}
{{- if .Values.image.digest }}{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else }}{{ .Values.image.repository }}:{{ or .Values.image.tag .Chart.AppVersion }}
{{- end }}
{{- end }}
