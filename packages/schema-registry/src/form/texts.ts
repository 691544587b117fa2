/** The words of a form. */
export interface FormTexts {
  readonly submit: string;
  /** Above the list of problems. */
  readonly problems: string;
  readonly add: string;
  readonly remove: string;
  readonly yes: string;
  readonly no: string;
  /** Where nothing is chosen. */
  readonly choose: string;
  /** The box that says that there is no value. */
  readonly nothing: string;
  readonly kind: string;
  readonly key: string;
  readonly value: string;
  readonly optional: string;
  /** Before a default that is not filled in. */
  readonly byDefault: string;
}

export const englishTexts: FormTexts = {
  submit: 'Save',
  problems: 'There is a problem',
  add: 'Add',
  remove: 'Remove',
  yes: 'Yes',
  no: 'No',
  choose: 'Choose…',
  nothing: 'No value',
  kind: 'Kind',
  key: 'Name',
  value: 'Value',
  optional: 'optional',
  byDefault: 'By default',
};
