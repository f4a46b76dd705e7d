// Between a kind's form and the spec that its API takes. Each kind writes and reads its own.

/** A fault of one field; `path` is the API's: desiredState.roles.master.nodes[0].size */
export interface FieldFault {
  readonly path: string;
  readonly message: string;
}

export type Spec = Record<string, unknown>;

export type ReadForm<Form extends object> =
  | { readonly form: Form; readonly faults: readonly [] }
  | { readonly form: null; readonly faults: readonly FieldFault[] };

export interface WriteOptions {
  /** Names every node, so that each keeps its machine. */
  readonly listed?: boolean;
}

export interface SpecFormat<Form extends object> {
  /** As the first line of a document says it. */
  readonly kind: string;
  /** What comes before a field's path in the API's faults: `spec` in those of a plan, and what a request to deploy
   *  wraps a spec in. */
  readonly roots: readonly string[];
  readonly write: (form: Form, options?: WriteOptions) => Spec;
  /** Names every fault at its path and refuses what the form could not keep. */
  readonly read: (document: unknown) => ReadForm<Form>;
}
