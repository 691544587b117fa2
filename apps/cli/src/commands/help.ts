/** What bare `seaworthy` prints. */
export const shortHelp: string = `seaworthy tells whether a code base is ready for production, why not, and how to fix it.

  seaworthy audit                    looks at the current directory
  seaworthy explain SEA-R001         says why a rule matters, with a wrong and a right way

seaworthy --help lists all commands.
`;
