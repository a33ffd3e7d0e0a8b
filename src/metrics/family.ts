/** Metrics in Prometheus' text format: https://prometheus.io/docs/instrumenting/exposition_formats/ */
import { MICROS_PER_SECOND } from '../core/time.js';

export type Labels = Readonly<Record<string, string>>;

interface Sample {
  readonly labels: Labels;
  readonly value: number;
}

/** One metric, with all its samples. */
export interface Family {
  readonly name: string;
  readonly kind: 'gauge' | 'counter';
  readonly help: string;
  readonly samples: readonly Sample[];
}

export function single(name: string, kind: Family['kind'], help: string, value: number, labels: Labels = {}): Family {
  return { name, kind, help, samples: [{ labels, value }] };
}

export function seconds(micros: number): number {
  return micros / MICROS_PER_SECOND;
}

export function familyText({ name, kind, help, samples }: Family): string {
  if (samples.length === 0) return '';
  const lines = samples.map(({ labels, value }) => `${name}${labelText(labels)} ${value}\n`);
  return `# HELP ${name} ${help}\n# TYPE ${name} ${kind}\n${lines.join('')}`;
}

function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
