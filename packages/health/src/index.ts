export { evaluateLiveness, type LivenessBody, type LivenessInput, type LivenessResult } from './liveness.ts';
export { evaluateProbe, type HealthInput, type ProbeResult } from './probe.ts';
export { createHealthRouter, type HealthRouterOptions } from './health-router.ts';
