// Both languages of the demo have the same words.
import { texts } from './texts.mjs';

const keys = (value, path = '') => (typeof value === 'object' ? Object.entries(value).flatMap(([key, one]) => keys(one, `${path}.${key}`)) : [path]);
const [en, zh] = [keys(texts.en), keys(texts.zh)];
const missing = [...en.filter((key) => !zh.includes(key)).map((key) => `zh${key}`), ...zh.filter((key) => !en.includes(key)).map((key) => `en${key}`)];
const steps = Object.keys(texts.en.doing), told = Object.keys(texts.en.done);
missing.push(...steps.filter((key) => !told.includes(key)).map((key) => `done.${key}`));
for (const one of missing) console.error(`missing: ${one}`);
process.exitCode = missing.length ? 1 : 0;
