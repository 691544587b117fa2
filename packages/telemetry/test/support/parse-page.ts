/** One line of a page. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Reads the text format 0.0.4 strictly: anything that the format does not allow is an exception. */
export function parsePage(page: string): readonly Sample[] {
  if (page !== '' && !page.endsWith('\n')) throw new SyntaxError('the last line does not end');
  const typed = new Set<string>();
  const samples: Sample[] = [];
  const seen = new Set<string>();
  for (const line of page.split('\n').slice(0, -1)) {
    const comment = /^# (HELP|TYPE) ([A-Za-z_:][\w:]*) (.*)$/s.exec(line);
    if (comment?.[1] === 'TYPE') {
      const name = comment[2] as string;
      if (typed.has(name)) throw new SyntaxError(`${name} has two TYPE lines`);
      if (!/^(counter|gauge|histogram)$/.test(comment[3] as string)) throw new SyntaxError(line);
      typed.add(name);
    } else if (comment === null) {
      const sample = parseSample(line);
      const identity = JSON.stringify([sample.name, sample.labels]);
      if (seen.has(identity)) throw new SyntaxError(`twice: ${line}`);
      seen.add(identity);
      samples.push(sample);
    }
  }
  return samples;
}

function parseSample(line: string): Sample {
  const match = /^([A-Za-z_:][\w:]*)(?:\{(.*)\})? (\S+)$/s.exec(line);
  if (match === null) throw new SyntaxError(`not a sample: ${JSON.stringify(line)}`);
  const [, name = '', inside = '', number = ''] = match;
  const labels: Record<string, string> = {};
  let rest = inside;
  while (rest !== '') {
    const label = /^([A-Za-z_]\w*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)/.exec(rest);
    if (label === null) throw new SyntaxError(`not a label: ${JSON.stringify(rest)}`);
    labels[label[1] as string] = (label[2] as string).replaceAll(/\\(["\\n])/g, (_, escaped: string) =>
      escaped === 'n' ? '\n' : escaped,
    );
    rest = rest.slice(label[0].length);
  }
  return { name, labels, value: Number(number.replace('Inf', 'Infinity')) };
}
