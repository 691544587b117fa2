import { attempt, collect, defineErrors, exitCode, toProblemDetails, toTerminal, translate } from '@seaworthy/errors';

const ShopErrors = defineErrors('shop', {
  CARD_DECLINED: {
    message: 'Card ending {last4} was declined by {bank}',
    httpStatus: 402,
    exitCode: 65,
    sensitive: ['last4'],
    help: 'Ask for another card.',
  },
  UNKNOWN_KEY: { message: 'Unknown key {key}', exitCode: 78 },
});

console.log('— for a terminal');
const paid = attempt(() => {
  throw new ShopErrors.CARD_DECLINED({ last4: '4242', bank: 'Acme' }, { cause: new RangeError('limit reached') });
});
if (!paid.ok) console.log(toTerminal(paid.error, { stack: false }));

console.log('— for a client, in German');
const german = translate('de', { 'shop.CARD_DECLINED': '{bank} lehnt die Karte {last4} ab' }, ShopErrors);
if (!paid.ok) console.log(toProblemDetails(paid.error, { locale: 'de-AT', translations: [german] }));

console.log('— all problems of a file at once');
const source = 'server:\n\tprot: 80\n';
const found = collect(ShopErrors, { source });
const didYouMean = { word: 'prot', among: ['host', 'port'] };
found.add('UNKNOWN_KEY', { key: 'prot' }, { file: 'shop.yaml', line: 2, column: 2, endColumn: 6, didYouMean });
const checked = attempt(() => found.throwIfAny());
if (!checked.ok) console.log(`${toTerminal(checked.error)}\nexit code ${exitCode(checked.error)}`);
