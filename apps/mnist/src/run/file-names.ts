/** The files of a run. */
export const fileNames = {
  config: 'config.json',
  metrics: 'metrics.jsonl',
  best: 'best.safetensors',
  last: 'last.safetensors',
  previous: 'previous.safetensors',
  report: 'report.html',
} as const;
