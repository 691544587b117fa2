/** What is wrong with a field: `INVALID` is what the schema says, the others are about how it was sent. */
export type FormProblemCode =
  | 'INVALID'
  | 'NOT_A_NUMBER'
  | 'NOT_A_DATE'
  | 'NOT_A_CHOICE'
  | 'NOT_JSON'
  | 'CONTRADICTION'
  | 'REPEATED_FIELD'
  | 'REPEATED_KEY'
  | 'REFUSED_KEY'
  | 'UNKNOWN_FIELD'
  | 'TOO_LARGE';

export interface FormProblem {
  readonly code: FormProblemCode;
  /** The name of the field, or of the group of fields; empty when it is about all of them. */
  readonly field: string;
  /** Where the value is, such as `lines[0].sku`. */
  readonly path: string;
  readonly message: string;
}
