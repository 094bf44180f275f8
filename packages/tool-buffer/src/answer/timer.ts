/** Calls once, after so many milliseconds; gives what cancels it. `setTimeout`, in other words. */
export type Schedule = (callback: () => void, delayMs: number) => () => void;
