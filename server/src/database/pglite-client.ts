// The near side of the embedded server's thread: one request at a time, each with a time limit. Stopping a request means
// ending the thread, with all that it held.

import { Worker } from 'node:worker_threads';
import { bug } from '../text/bug.js';
import type {
  NumberedRequest,
  WorkerAnswers,
  WorkerMessage,
  WorkerRequest,
  WorkerStart,
} from './pglite-messages.js';

export interface CallLimits {
  /** The longest silence: it begins anew with every statement that begins. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly onBegin?: ((index: number) => void) | undefined;
}

export type CallOutcome<K extends WorkerRequest['kind']> =
  | { readonly kind: 'answer'; readonly answer: WorkerAnswers[K] }
  /** `at`: the statement that had begun last. After each of these but `cancelled` the thread is gone. */
  | {
      readonly kind: 'timeout' | 'cancelled' | 'broken';
      readonly at: number | null;
      readonly message: string;
    };

/** What is about to end by itself is let end, since starting anew costs more. */
const GRACE = 300;

interface Call {
  readonly id: number;
  readonly limits: CallLimits;
  at: number | null;
  timer: NodeJS.Timeout;
  end(outcome: CallOutcome<WorkerRequest['kind']>): void;
}

export class PgliteClient {
  private readonly worker: Worker;
  private call: Call | null = null;
  private calls = 0;
  private gone: string | null = null;
  private stopping = false;

  constructor(script: string, start: WorkerStart) {
    // What PGlite may print must not get into a protocol on our standard output. Our own loaders are not its.
    this.worker = new Worker(script, { workerData: start, stdout: true, stderr: true, execArgv: [] });
    this.worker.stdout.resume();
    this.worker.stderr.resume();
    this.worker.on('message', (message: WorkerMessage) => this.receive(message));
    this.worker.on('error', (error) => this.lose(error.message));
    this.worker.on('exit', () => this.lose('its thread ended'));
  }

  /** False once its thread has ended or is about to. */
  get alive(): boolean {
    return this.gone === null;
  }

  /** Only one at a time. Never rejects. */
  ask<K extends WorkerRequest['kind']>(
    request: WorkerRequest & { readonly kind: K },
    limits: CallLimits,
  ): Promise<CallOutcome<K>> {
    if (this.call !== null) bug('a second request to the embedded server', request.kind);
    return new Promise((resolve) => {
      if (limits.signal.aborted) return resolve({ kind: 'cancelled', at: null, message: '' });
      if (this.gone !== null) return resolve({ kind: 'broken', at: null, message: this.gone });
      const id = ++this.calls;
      const onAbort = () => {
        clearTimeout(call.timer);
        call.timer = setTimeout(() => this.stop('cancelled'), GRACE);
      };
      const call: Call = {
        id,
        limits,
        at: null,
        timer: this.timer(limits),
        end: (outcome) => {
          clearTimeout(call.timer);
          limits.signal.removeEventListener('abort', onAbort);
          this.call = null;
          const cancelled = limits.signal.aborted && outcome.kind === 'answer';
          // The answer to request K is of kind K; the types of messages cannot say so.
          resolve(cancelled ? { kind: 'cancelled', at: call.at, message: '' } : (outcome as CallOutcome<K>));
        },
      };
      this.call = call;
      limits.signal.addEventListener('abort', onAbort);
      const message: NumberedRequest = { id, request };
      this.worker.postMessage(message);
    });
  }

  /** Resolves when the thread has ended. */
  async terminate(): Promise<void> {
    this.lose('it was stopped');
    await this.worker.terminate();
  }

  private receive(message: WorkerMessage): void {
    const { call } = this;
    if (call === null || message.id !== call.id) return;
    if (message.kind === 'begins') {
      call.at = message.index;
      if (!call.limits.signal.aborted) {
        clearTimeout(call.timer);
        call.timer = this.timer(call.limits);
      }
      call.limits.onBegin?.(message.index);
      return;
    }
    if (message.kind === 'answer') {
      call.end({ kind: 'answer', answer: message.answer });
    } else {
      this.lose(message.message);
      void this.worker.terminate();
    }
  }

  private timer({ timeoutMs }: CallLimits): NodeJS.Timeout {
    return setTimeout(() => this.stop('timeout'), timeoutMs);
  }

  /** The caller waits for the end of the thread, so that its memory is free when the next one starts. */
  private stop(kind: 'timeout' | 'cancelled'): void {
    this.gone = 'it was stopped';
    this.stopping = true;
    void this.worker.terminate().then(() => this.call?.end({ kind, at: this.call.at, message: '' }));
  }

  private lose(message: string): void {
    this.gone ??= message;
    if (!this.stopping) this.call?.end({ kind: 'broken', at: this.call.at, message });
  }
}
