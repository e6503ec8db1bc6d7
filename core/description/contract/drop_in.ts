/**
 * Drop-ins: files beside a description that change some of its settings. Types only.
 */

/** A drop-in's file, as the source of a description names it. */
export interface DropInFile {
  readonly file: string;
  /** Modification time when read. */
  readonly modifiedSeconds: number;
  readonly modifiedNanoseconds: number;
}

/** One that was read. */
export interface DropIn extends DropInFile {
  /** The service folder that it is of: what relative directories in it are relative to. */
  readonly directory: string;
  readonly bytes: Uint8Array;
}
