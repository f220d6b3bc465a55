// How the demo tells what it does: a line a step, with the time it took; in colours where somebody looks, one JSON object a step for programs.
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';

export class Refuted extends Error {}

// What a step expects to hold.
export function expect(condition, what) {
  if (!condition) throw new Refuted(what);
}

// A command's outcome that must be a refusal for this reason.
export function expectRefusal(outcome, reason) {
  expect(outcome.status !== 0, `it was not refused; ${reason} was expected`);
  expect(outcome.err.includes(`(${reason})`), `refused, but not as ${reason}: ${outcome.err}`);
  return { refused: reason, said: outcome.err.replace(/^caduceus(-lab)?: /, '') };
}

export class Story {
  constructor({ texts, json, colours }) {
    Object.assign(this, { texts, json, colours, began: performance.now(), steps: 0, isWaiting: false });
  }

  paint(code, text) { return this.colours ? `\x1b[${code}m${text}\x1b[0m` : text; }
  seconds(since) { return Number(((performance.now() - since) / 1000).toFixed(2)); }

  opening() { if (!this.json) console.log(`\n${this.paint('1', this.texts.title)}\n${this.texts.opening}`); }
  chapter(id) {
    if (!this.json) console.log(`\n${this.paint('1;36', this.texts.chapters[id])}`);
  }

  // Does it, and tells how it went. What it returns is told and is in the JSON object.
  async step(id, work) {
    this.wait(this.texts.doing[id]);
    const since = performance.now();
    try {
      const outcome = (await work()) ?? {};
      const seconds = this.seconds(since);
      this.steps += 1;
      if (this.json) console.log(JSON.stringify({ step: id, ok: true, seconds, ...outcome }));
      else this.line(this.paint('32', '✓'), this.texts.done[id](outcome), seconds);
      return outcome;
    } catch (error) {
      if (this.json) console.log(JSON.stringify({ step: id, ok: false, seconds: this.seconds(since), error: error.message }));
      else this.line(this.paint('31', '✗'), `${this.texts.doing[id]}: ${error.message}`, this.seconds(since));
      throw error;
    }
  }

  line(mark, text, seconds) {
    this.clear();
    const [first, ...more] = text.split('\n');
    console.log(`  ${mark} ${first} ${this.paint('2', `${seconds.toFixed(1)} s`)}`);
    for (const one of more) console.log(`      ${this.paint('2', one)}`);
  }

  // What goes on, while it does: only for people who look.
  wait(text) {
    this.waiting = text;
    if (this.json || !this.colours) return;
    this.clear();
    process.stdout.write(`  ${this.paint('33', '…')} ${text}`);
    this.isWaiting = true;
  }
  clear() {
    if (this.isWaiting) process.stdout.write('\r\x1b[K');
    this.isWaiting = false;
  }

  // Asks again until it holds. `look()` returns what is there, `holds(it)` whether that is enough, `show(it)` how far it is.
  async until(look, holds, { show = () => '', patience = 60_000, every = 300 } = {}) {
    const step = this.waiting;
    const end = Date.now() + patience;
    for (;;) {
      const seen = await look();
      if (holds(seen)) return seen;
      expect(Date.now() < end, `not after ${patience / 1000} s: ${show(seen) || JSON.stringify(seen)}`);
      const far = show(seen);
      if (far) this.wait(`${step}: ${far}`);
      this.waiting = step;
      await sleep(every);
    }
  }

  closing(ok, error) {
    const seconds = this.seconds(this.began);
    if (this.json) console.log(JSON.stringify({ step: 'summary', ok, steps: this.steps, seconds, ...(error ? { error: error.message } : {}) }));
    else console.log(`\n${ok ? this.paint('1;32', this.texts.closing({ steps: this.steps, seconds })) : this.paint('1;31', this.texts.failed(error))}\n`);
  }
}
