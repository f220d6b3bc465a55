// The patient's keyslots and vault key, which vault.json describes and which emergency.json opens.

import { bytesOf, factorOf, hospital, parameters, patient, signer } from '../cast.mjs';
import { emergencyKey } from '../protocol/encryption_factors.mjs';
import { helper, indexEntry, sealVaultKey, signKeyslot, slotId, slotKey } from '../protocol/vault.mjs';

const { signing } = parameters;

/** The vault knows no more of a helper than its size: any bytes do. */
const anyBytes = (label, size) =>
  Buffer.concat(Array.from({ length: size / 32 }, (_, i) => bytesOf(`${label}, ${i}`)));
export const helperOf = (label) => helper({
  seed: bytesOf(`seed, ${label}`),
  offset: anyBytes(`offset, ${label}`, 256),
  mask: anyBytes(`mask, ${label}`, 256),
  check: bytesOf(`check, ${label}`),
});

export const vault_key = bytesOf('vault key');
export const index_key = bytesOf('index key of the patient');

/** A slot for `fingers` enrolled together, with what its making takes and gives */
export function enrolled(what, fingers) {
  const labels = Array.from({ length: fingers }, (_, i) => `finger ${i}, ${what}`);
  const recovered = labels.map((label) => bytesOf(`R, ${label}`));
  const helper_id = bytesOf(`helper id, ${what}`).subarray(0, 16);
  const slot = { version: 1, kdf: 1, oprf_key_id: 0, helper_id, helpers: labels.map(helperOf) };
  const nonce = bytesOf(`nonce of the vault key, ${what}`).subarray(0, 12);
  const fresh32 = bytesOf(`fresh32 of the keyslot, ${what}`);
  const keyslot = signKeyslot(sealVaultKey(slot, recovered, nonce, vault_key), signer(patient), fresh32, signing);
  return { what, recovered, slot, slot_id: slotId(slot), key: slotKey(slot, recovered), nonce, fresh32, keyslot };
}

export const oneFinger = enrolled('one finger', 1);

export const tauOf = (place) => emergencyKey(factorOf(place));
export const htxmOf = ({ batch, index }) => bytesOf(`htxM of record ${index} of batch ${batch}`);
export const entryOf = (keywords, place) =>
  indexEntry({ keywords, htxm: htxmOf(place), hospital: hospital.request.identity, place, tau: tauOf(place) });
