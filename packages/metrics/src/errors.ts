/** A metric catalogue that must not be exported: a defect of the program, found when it starts. */
export class CatalogueError extends Error {
  override readonly name = 'CatalogueError';
  readonly code = 'metric_catalogue_invalid';
}
