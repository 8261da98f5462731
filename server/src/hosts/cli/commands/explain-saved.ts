// plumbline explain --plan, and the plan that --compare names: plans that somebody saved.

import { type OpenedPlan, openedPlan, titleOfSaved } from '../../../features/saved-plans.js';
import { type SavedPlan, savedPlansIn } from '../../../plans/saved-plan.js';
import { timeText } from '../../../text/numbers.js';
import { readSource } from '../../files.js';
import { fileAndLine } from '../asked-file.js';
import type { Opened } from '../open.js';
import { readStandardInput } from '../standard-input.js';

/** Why there is no plan to print, for people. */
export interface NoPlan {
  readonly message: string;
  readonly whatToDo: string;
}

/** @param name `FILE`, `FILE:LINE` for one of several, or `-` for standard input */
export async function savedPlan({ workspace }: Opened, name: string): Promise<OpenedPlan | NoPlan> {
  const { path, line, text } = await textOf(name);
  if (typeof text !== 'string') return text;
  const found = savedPlansIn(text);
  if ('kind' in found) return { message: `${path}: ${found.reason}`, whatToDo: '' };
  const [first] = found;
  const chosen = line === null ? (found.length === 1 ? first : undefined) : planAt(found, line);
  if (chosen === undefined) {
    const list = found.map((one) => `  ${path}:${one.line + 1}  ${titleOf(one)}`).join('\n');
    return {
      message: `There are ${found.length} plans in ${path}.`,
      whatToDo: `Name one by its line:\n${list}`,
    };
  }
  const opened = openedPlan(workspace, null, chosen, name === '-' ? STANDARD_INPUT : name);
  return 'kind' in opened ? { message: `${path}: ${opened.reason}`, whatToDo: '' } : opened;
}

/** The last that begins at the line or before it. */
function planAt(plans: readonly SavedPlan[], line: number): SavedPlan | undefined {
  return plans.findLast((one) => one.line < line) ?? plans[0];
}

const STANDARD_INPUT = 'standard input';

interface NamedText {
  readonly path: string;
  /** 1-based, or `null`. */
  readonly line: number | null;
  readonly text: string | NoPlan;
}

async function textOf(name: string): Promise<NamedText> {
  if (name === '-') {
    const text = await readStandardInput();
    return {
      path: STANDARD_INPUT,
      line: null,
      text: typeof text === 'string' ? text : { ...text, whatToDo: '' },
    };
  }
  const { path, line } = fileAndLine(name);
  const { file, unreadable } = await readSource(path, 'data');
  const wrong = { message: `${path}: ${unreadable?.message ?? 'This file cannot be read.'}`, whatToDo: '' };
  return { path, line, text: file?.text ?? wrong };
}

function titleOf(saved: SavedPlan): string {
  const { title, tookMs } = titleOfSaved(saved);
  const short = title.length <= 60 ? title : `${title.slice(0, 59)}…`;
  return tookMs === null ? short : `${timeText(tookMs)}  ${short}`;
}
