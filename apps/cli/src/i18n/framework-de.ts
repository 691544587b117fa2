import {
  ArgumentScannerError,
  formatMessageForArgumentScannerError,
  text_en as english,
  type ApplicationText,
} from '@stricli/core';

/** What the framework of commands says about wrong words, and around help, in German. What commands say of themselves is in `de-help.ts`. */
export const germanText: ApplicationText = {
  ...english,
  headers: { usage: 'AUFRUF', aliases: 'KURZ', commands: 'BEFEHLE', flags: 'OPTIONEN', arguments: 'ANGABEN' },
  keywords: { default: 'Vorgabe =', separator: 'Trenner =' },
  briefs: {
    help: 'Zeigt diese Hilfe',
    helpAll: 'Zeigt diese Hilfe mit allem, was sonst verborgen ist',
    version: 'Zeigt die Version',
    argumentEscapeSequence: 'Alles Weitere sind Angaben',
  },
  noCommandRegisteredForInput: ({ input, corrections }) => `Den Befehl \`${input}\` gibt es nicht${meant(corrections)}`,
  exceptionWhileParsingArguments(error, color) {
    if (!(error instanceof ArgumentScannerError))
      return english.exceptionWhileParsingArguments.call(this, error, color);
    return formatMessageForArgumentScannerError(error, {
      FlagNotFoundError: ({ input, corrections }) => `Die Option --${input} gibt es nicht${meant(corrections)}`,
      AliasNotFoundError: ({ input }) => `Die Option -${input} gibt es nicht`,
      ArgumentParseError: ({ externalFlagNameOrPlaceholder: name, input }) => `${name}: "${input}" ist nicht lesbar`,
      EnumValidationError: ({ externalFlagName: name, input, values }) =>
        `--${name} muss eins von ${values.join(', ')} sein, nicht "${input}"`,
      UnsatisfiedFlagError: ({ externalFlagName: name }) => `Für --${name} fehlt ein Wert`,
      UnexpectedPositionalError: ({ expectedCount, input }) =>
        `Zu viele Angaben: erwartet ${expectedCount}, zu viel ist "${input}"`,
      UnsatisfiedPositionalError: ({ placeholder }) => `Es fehlt die Angabe ${placeholder}`,
      InvalidNegatedFlagSyntaxError: ({ externalFlagName: name }) => `--${name} ist verneint und nimmt keinen Wert`,
      UnexpectedFlagError: ({ externalFlagName: name, input }) =>
        `--${name} ist schon gegeben, "${input}" ist eins zu viel`,
    });
  },
};

function meant(corrections: readonly string[]): string {
  return corrections.length === 0 ? '' : `; gemeint ist vielleicht ${corrections.join(' oder ')}`;
}
