import { THRESHOLDS } from '../objectives.ts';
import { growing, samples, steady, TARGET, type AlertCases, type InputSeries } from './alert-case.ts';

const restarts = (values: string): InputSeries => samples('codex_worker_restarts_total', {}, values);
const ready = (values: string): InputSeries => samples('codex_worker_ready', {}, values);
const maintenance = (values: string): InputSeries => samples('codex_maintenance_mode', { state: 'on' }, values);
const anomaly = (values: string): InputSeries => samples('codex_tool_buffer_anomaly', {}, values);
const MAINTENANCE_MINUTES = THRESHOLDS.maintenanceForS / 60;

export const WORKER_CASES = {
  CodexWorkerRestartsFrequent: {
    fires: [
      {
        name: 'four restarts in a few minutes',
        input: [restarts('0x5 1 2 3 4x10')],
        atMinutes: 10,
        fires: { labels: TARGET, value: '4' },
      },
      {
        name: 'a loop that the proxy was restarted in: the counter begins again',
        input: [restarts(`0x5 1 2 0 1 2 3x10`)],
        atMinutes: 12,
        fires: { labels: TARGET, value: '5' },
      },
    ],
    silent: [
      { name: 'three restarts in a few minutes', input: [restarts('0x5 1 2 3x10')], atMinutes: 12 },
      { name: 'four restarts in an hour', input: [restarts('0x15 1x15 2x15 3x15 4x5')], atMinutes: 65 },
      { name: 'a high count that does not grow', input: [restarts(steady(500, 20))], atMinutes: 15 },
    ],
  },
  CodexWorkerNotReady: {
    fires: [{ name: 'a minute without a worker', input: [ready('1x5 0x10')], atMinutes: 8, fires: { labels: TARGET } }],
    silent: [
      { name: 'a restart within a minute', input: [ready('1x5 0 1x10')], atMinutes: 7 },
      { name: 'a worker serves', input: [ready(steady(1, 20))], atMinutes: 15 },
    ],
  },
  CodexMaintenanceTooLong: {
    fires: [
      {
        name: 'on since long ago',
        input: [maintenance(steady(1, MAINTENANCE_MINUTES * 2))],
        atMinutes: MAINTENANCE_MINUTES + 2,
        fires: { labels: { ...TARGET, state: 'on' } },
      },
      {
        name: 'a failed scrape in between does not hide it',
        input: [maintenance(`1x${MAINTENANCE_MINUTES / 2} stale 1x${MAINTENANCE_MINUTES}`)],
        atMinutes: MAINTENANCE_MINUTES + 2,
        fires: { labels: { ...TARGET, state: 'on' } },
      },
    ],
    silent: [
      { name: 'on for a short while', input: [maintenance(`0x5 1x10 0x60`)], atMinutes: 12 },
      { name: 'off again', input: [maintenance(`1x${MAINTENANCE_MINUTES + 5} 0x10`)], atMinutes: MAINTENANCE_MINUTES + 10 },
      {
        name: 'off, which the series of the other state says with a 1',
        input: [samples('codex_maintenance_mode', { state: 'off' }, steady(1, 120)), maintenance(steady(0, 120))],
        atMinutes: 100,
      },
    ],
  },
  CodexToolBufferAnomaly: {
    fires: [{ name: 'a block was given up a minute ago', input: [anomaly('0x5 1x2 0x10')], atMinutes: 7, fires: { labels: TARGET } }],
    silent: [
      { name: 'it was three minutes ago', input: [anomaly('0x5 1x2 0x10')], atMinutes: 11 },
      {
        name: 'clients leave in the middle of blocks',
        input: [
          anomaly(steady(0, 20)),
          samples('codex_tool_buffer_aborted_total', { output_mode: 'openai-json', reason: 'disconnect' }, growing(5, 20)),
        ],
        atMinutes: 15,
      },
    ],
  },
} as const satisfies Record<string, AlertCases>;
