import { Series } from '../promql/series.ts';

/** Series of what is chosen at the top of the dashboard. */
export const chosen = new Series('job="$job", instance=~"$instance"');

/** What recording rules make has no instance. */
export const chosenJob = new Series('job="$job"');

/** Grafana's own: wide enough for the scrape interval, and no narrower than a point on the screen. */
export const WINDOW = '$__rate_interval';

/** Series of the chosen models, too. */
export const chosenModel = new Series(`job="$job", instance=~"$instance", model=~"$model"`);
