import type { Node } from '../json/node.ts';
import { rulesFor } from '../json/check-object.ts';
import type { SolverOptions } from './contains.ts';
import { disjointness } from './disjoint.ts';
import { noAnswer, type Answer, type Atom, type Choice, type Goal, type Move, type ValueType } from './goal.ts';
import { meaningOf, refusalOf } from './meaning.ts';
import { acceptsAll, resolved } from './normalize.ts';

/** Everything that a value of one type must fulfil, in one way through the choices. */
export interface Cell {
  readonly atoms: readonly Atom[];
}

interface State {
  readonly held: ReadonlySet<number>;
  readonly refused: ReadonlySet<number>;
  readonly atoms: readonly Atom[];
  readonly present: ReadonlySet<string>;
  readonly absent: ReadonlySet<string>;
  readonly choices: readonly Choice[];
}

interface Draft {
  readonly held: Set<number>;
  readonly refused: Set<number>;
  readonly atoms: Atom[];
  readonly present: Set<string>;
  readonly absent: Set<string>;
  readonly choices: Choice[];
}

type Leaf = (cell: Cell) => Answer;
export type Search = (goal: Goal, type: ValueType, leaf: Leaf) => Answer;

/**
 * Goes through the choices of a goal for one type: what is decided anyway first, then the choice with the fewest ways.
 */
export function createSearch({ classes, formats, fuel }: SolverOptions): Search {
  const { idOf } = classes;
  const areDisjoint = disjointness(classes);

  /** Adds moves and what follows from them; false when they contradict each other. */
  const apply = (draft: Draft, moves: readonly Move[], type: ValueType): boolean => {
    const todo = [...moves];
    for (let move = todo.pop(); move; move = todo.pop()) {
      fuel.spend(1);
      if ('is' in move ? !addAtom(draft, move) : !addNode(draft, move, type, todo)) return false;
    }
    return !hasEmptyProperty(draft);
  };

  const addNode = (draft: Draft, move: { node: Node; isHeld: boolean }, type: ValueType, todo: Move[]): boolean => {
    const id = idOf(move.node);
    const [own, other] = move.isHeld ? [draft.held, draft.refused] : [draft.refused, draft.held];
    if (other.has(id)) return false;
    if (own.has(id)) return true;
    own.add(id);
    const node = resolved(move.node);
    if (!move.isHeld) return addRefusal(draft, refusalOf(node, type, formats));
    const meaning = meaningOf(node, type, formats);
    if (!meaning) return false;
    todo.push(...meaning.moves);
    draft.choices.push(...meaning.choices);
    return true;
  };

  const hasEmptyProperty = ({ present, atoms }: Draft): boolean => {
    const owners = atoms.flatMap((atom) => (atom.is === 'properties' ? [atom.node] : []));
    if (owners.length < 2) return false;
    return [...present].some((name) => areDisjoint(owners.flatMap((owner) => rulesFor(owner, name))));
  };

  /** `closed` cannot be taken, `free` is fulfilled by whatever fulfils the rest. */
  const standingOf = (move: Move, state: State, type: ValueType): 'closed' | 'free' | 'open' => {
    if (!('is' in move)) return standingOfNode(move, state, type);
    if (move.is === 'present' || move.is === 'absent') return standingOfName(move, state);
    if (move.is !== 'valueBreaks' || !('name' in move.where)) return 'open';
    const { name } = move.where;
    if (state.absent.has(name) || acceptsAll(move.node)) return 'closed';
    const rules = rulesOf(state, name);
    if (rules.some((rule) => idOf(rule) === idOf(move.node) || !rule.accepts)) return 'closed';
    return state.present.has(name) && areDisjoint([...rules, move.node]) ? 'free' : 'open';
  };

  const standingOfNode = (
    { node, isHeld }: { node: Node; isHeld: boolean },
    { held, refused }: State,
    type: ValueType,
  ): 'closed' | 'free' | 'open' => {
    const id = idOf(node);
    if ((isHeld ? refused : held).has(id)) return 'closed';
    if ((isHeld ? held : refused).has(id)) return 'free';
    const { types, accepts } = resolved(node);
    const isPossible = accepts && (!types || types.has(type) || (type === 'number' && types.has('integer')));
    if (isPossible) return 'open';
    return isHeld ? 'closed' : 'free';
  };

  /** Takes decided choices until all that are left are open; undefined when one has no way. */
  const propagate = (given: Draft, type: ValueType): Draft | undefined => {
    const draft = given;
    for (let isChanged = true; isChanged;) {
      isChanged = false;
      const choices = draft.choices.splice(0);
      for (const choice of choices) {
        const ways = openWays(choice, draft, type);
        if (!ways) continue;
        if (ways.length === 0) return undefined;
        if (ways.length > 1) draft.choices.push(ways);
        else if (!apply(draft, ways[0] ?? [], type)) return undefined;
        else isChanged = true;
      }
    }
    return draft;
  };

  /** The ways that are not closed; undefined when one of them costs nothing. */
  const openWays = (choice: Choice, state: State, type: ValueType): Choice | undefined => {
    const ways: Move[][] = [];
    for (const way of choice) {
      fuel.spend(1);
      const standings = way.map((move) => standingOf(move, state, type));
      if (standings.includes('closed')) continue;
      if (standings.every((standing) => standing === 'free')) return undefined;
      ways.push(way.filter((_, index) => standings[index] !== 'free'));
    }
    return ways;
  };

  const explore = (given: Draft, type: ValueType, leaf: Leaf): Answer => {
    fuel.spend(1);
    const state = propagate(given, type);
    if (!state) return noAnswer;
    const choice = state.choices.toSorted((left, right) => left.length - right.length)[0];
    if (!choice) return leaf(state);
    const rest = { ...state, choices: state.choices.filter((other) => other !== choice) };
    let answer: Answer = noAnswer;
    for (const way of choice) {
      const draft = draftOf(rest);
      if (!apply(draft, way, type)) continue;
      const next = explore(draft, type, leaf);
      if (next.kind === 'found') return next;
      if (next.kind === 'unknown') answer = next;
    }
    return answer;
  };

  return (goal, type, leaf) => {
    const draft = draftOf({
      held: new Set(),
      refused: new Set(),
      atoms: [],
      present: new Set(),
      absent: new Set(),
      choices: [],
    });
    const moves = [
      ...goal.all.map((node) => ({ node, isHeld: true })),
      ...goal.none.map((node) => ({ node, isHeld: false })),
    ];
    return apply(draft, moves, type) ? explore(draft, type, leaf) : noAnswer;
  };
}

function standingOfName(atom: Atom & { is: 'present' | 'absent' }, state: State): 'closed' | 'free' | 'open' {
  const [own, other] = atom.is === 'present' ? [state.present, state.absent] : [state.absent, state.present];
  if (other.has(atom.name)) return 'closed';
  return own.has(atom.name) ? 'free' : 'open';
}

function rulesOf({ atoms }: State, name: string): readonly Node[] {
  return atoms.flatMap((atom) => (atom.is === 'properties' ? rulesFor(atom.node, name) : []));
}

function addRefusal({ choices }: Draft, ways: Choice | undefined): boolean {
  if (!ways) return true;
  choices.push(ways);
  return ways.length > 0;
}

function addAtom(draft: Draft, atom: Atom): boolean {
  draft.atoms.push(atom);
  if (atom.is === 'present') draft.present.add(atom.name);
  if (atom.is === 'absent') draft.absent.add(atom.name);
  return !('name' in atom) || atom.is === 'opaque' || !(draft.present.has(atom.name) && draft.absent.has(atom.name));
}

function draftOf({ held, refused, atoms, present, absent, choices }: State): Draft {
  return {
    held: new Set(held),
    refused: new Set(refused),
    atoms: [...atoms],
    present: new Set(present),
    absent: new Set(absent),
    choices: [...choices],
  };
}
