/** A file to be written, with its path below the folder of the configuration. */
export interface ImportedFile {
  readonly path: string;
  readonly text: string;
}
