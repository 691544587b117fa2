import { asList, isRecord, own } from '../json.ts';
import { isPlain, readAttribute } from './attribute.ts';
import { argument, operator, type Compilation, type Operator, type Run } from './operator.ts';

/** What the evaluation is about: its context, the flag and the time. */
export const data: Readonly<Record<string, Operator>> = {
  var: operator(1, 2, compileVar),
  missing: operator(0, Number.POSITIVE_INFINITY, (compilation) => {
    const read = reader(compilation);
    return (context, key) => missing(listed(compilation, context, key), (path) => read(path, context, key));
  }),
  missing_some: operator(2, 2, (compilation) => {
    const read = reader(compilation);
    const [least, paths] = [argument(compilation, 0), argument(compilation, 1)];
    return (context, key) => {
      const wanted = asList(paths(context, key));
      const absent = missing(wanted, (path) => read(path, context, key));
      return wanted.length - absent.length >= Number(least(context, key)) ? [] : absent;
    };
  }),
};

function compileVar(compilation: Compilation): Run {
  const [path] = compilation.written;
  const fallback = argument(compilation, 1);
  const isFixed = path === null || typeof path === 'string' || typeof path === 'number';
  if (!isFixed) {
    const [dynamic, read] = [argument(compilation, 0), reader(compilation)];
    return (context, key) => read(dynamic(context, key), context, key) ?? fallback(context, key);
  }
  const run = compilePath(String(path ?? ''), compilation.base);
  if (compilation.args.length < 2) return (context, key) => run(context, key) ?? null;
  return (context, key) => run(context, key) ?? fallback(context, key);
}

/** Reads a path; at the top the context of the call hides what lies under it. */
function compilePath(path: string, base: object | undefined): Run {
  const steps = path === '' ? [] : path.split('.');
  if (!base) return (element) => steps.reduce(own, element);
  if (path === '$flagd.flagKey') return (_context, key) => key;
  if (path === '$flagd.timestamp') return nowInSeconds;
  const [first, ...rest] = steps;
  if (first === undefined) return (context, key) => everything(context, base, key);
  const under = own(base, first);
  const read = readerOf(first, under);
  return rest.length === 0 ? read : (context, key) => rest.reduce(own, read(context, key));
}

/** Reads one attribute of the context, or else what lies under it. */
function readerOf(name: string, under: unknown): Run {
  if (!isPlain(name)) {
    return (context) => {
      const value = isRecord(context) ? own(context, name) : undefined;
      return value === undefined ? under : value;
    };
  }
  return (context) => {
    const value = readAttribute(context, name);
    return value === undefined ? under : value;
  };
}

/** Reads paths that are only known at run time. */
function reader({ base }: Compilation): (path: unknown, context: unknown, key: string) => unknown {
  return (path, context, key) => {
    const name = typeof path === 'string' || typeof path === 'number' ? String(path) : '';
    return compilePath(name, base)(context, key);
  };
}

function everything(context: unknown, base: object, flagKey: string): object {
  return { ...base, ...(isRecord(context) && context), $flagd: { flagKey, timestamp: nowInSeconds() } };
}

function nowInSeconds(): number {
  return Math.floor(Date.now() / 1000);
}

function missing(paths: readonly unknown[], read: (path: unknown) => unknown): readonly unknown[] {
  return paths.filter((path) => {
    const value = read(path);
    return value === undefined || value === null || value === '';
  });
}

/** `missing` takes its paths one by one, or as a list. */
function listed({ args }: Compilation, context: unknown, key: string): readonly unknown[] {
  return args.flatMap((run) => run(context, key));
}
