/** What a process of plugins is told when it is started. */
export interface ProcessInput {
  /** Modules of Node that may be imported. */
  readonly modules: readonly string[];
  /** The largest message. */
  readonly messageBytes: number;
}
