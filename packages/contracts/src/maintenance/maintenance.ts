import { z } from 'zod';

/** What switched maintenance mode. `corrupt_file`: what was kept could not be read, so it counts as on. */
export const MAINTENANCE_SOURCES = ['environment', 'endpoint', 'expiry', 'corrupt_file'] as const;
export type MaintenanceSource = (typeof MAINTENANCE_SOURCES)[number];

const DAY_SECONDS = 86_400;
const retryAfterSeconds = z.int().min(1).max(DAY_SECONDS);
/** One line for people. */
const line = (max: number): z.ZodString =>
  z
    .string()
    .max(max)
    .regex(/^[^\p{Cc}]*$/u, 'must not hold control characters');

/** Body of `POST /internal/maintenance`. */
export const maintenanceToggleSchema = z.strictObject({
  enabled: z.boolean(),
  /** Why; shown to operators and, with every refusal, to clients. */
  reason: line(500).optional(),
  /** Who; a hint, not checked. */
  author: line(200).optional(),
  retry_after_seconds: retryAfterSeconds.optional(),
  /** After this long it switches itself off. At most 30 days. */
  expires_in_seconds: z
    .int()
    .min(1)
    .max(30 * DAY_SECONDS)
    .optional(),
});
export type MaintenanceToggle = z.infer<typeof maintenanceToggleSchema>;

/** Answer of `/internal/maintenance`, and what is kept on disk. */
export const maintenanceStateSchema = z.strictObject({
  enabled: z.boolean(),
  reason: z.string().optional(),
  author: z.string().optional(),
  /** When it was switched to what it is, ISO 8601 UTC. */
  since: z.iso.datetime().optional(),
  expires_at: z.iso.datetime().optional(),
  /** What clients are told to wait. */
  retry_after_seconds: retryAfterSeconds,
});
export type MaintenanceState = z.infer<typeof maintenanceStateSchema>;

/** Maintenance mode changed, or its terms did: reason, expiry or `Retry-After`. */
export interface MaintenanceChange {
  readonly from: 'on' | 'off';
  readonly to: 'on' | 'off';
  readonly source: MaintenanceSource;
  readonly state: MaintenanceState;
}
