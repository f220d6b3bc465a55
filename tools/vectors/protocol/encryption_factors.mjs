// PROTOCOL.md §4: a factor for each record, by two hash chains that run against each other (R8: per batch).

import { encode, list, refuse, u32 } from './encoding.mjs';
import { H4, H5, Hsk } from './hash.mjs';

const most = 65536;

/** RecordPlace j = (batch, index) */
export const place = (batch, index) => ({ batch, index, bytes: Buffer.concat([u32(batch), u32(index)]) });
export const samePlace = (one, other) => one.bytes.equals(other.bytes);
export const placeList = (places) => list(places.map(encode));

export function readPlace(reader) {
  const [batch, index] = [reader.integer(4), reader.integer(4)];
  if (index < 1 || index > most) refuse(`the index of a record is not 1 to ${most}`);
  return place(batch, index);
}

/** Strictly ascending, so that each set of records has one list */
export function readPlaces(reader, least) {
  const places = reader.list(least, 256, 'records', readPlace);
  const ascending = places.every((one, i) => i === 0 || Buffer.compare(places[i - 1].bytes, one.bytes) < 0);
  return ascending ? places : refuse('the records do not strictly ascend');
}

const xor = (a, b) => Buffer.from(a.map((byte, i) => byte ^ b[i]));

/** s_α^0 … s_α^n and s_β^0 … s_β^n of a batch of n records */
export function factors(s_alpha, s_beta, batch, n) {
  const [alpha, beta] = [[H4(Buffer.from('α'), u32(batch), s_alpha)], [H4(Buffer.from('β'), u32(batch), s_beta)]];
  for (let i = 1; i <= n; i++) beta.push(H5(beta[i - 1]));
  for (let i = 1; i <= n; i++) alpha.push(H5(xor(encode(alpha[i - 1]), encode(beta[n - i + 1]))));
  return { alpha, beta };
}

/** τ_j */
export const emergencyKey = (factor) => Hsk('emergency', factor);
