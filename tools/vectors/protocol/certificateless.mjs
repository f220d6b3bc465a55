// PROTOCOL.md §3, Du: the certificateless signature, and the licence that a hospital signs with it.

import { concat, encode, refuse, u64, u8 } from './encoding.mjs';
import { P1, compressed, modR, mul } from './group.mjs';
import { H0, H2, H7 } from './hash.mjs';

/** `signer` = identity, secret_value (x), partial (d), public_point (L) */
export function sign(signer, purpose, message, fresh32, Ppub_sig) {
  const { secret_value: x, partial: d } = signer;
  return signWithNonce(signer, purpose, message, H0('nonce', d, x, purpose, message, fresh32), Ppub_sig);
}

export function signWithNonce(signer, purpose, message, t, Ppub_sig) {
  const { identity, secret_value: x, partial: d, public_point: L } = signer;
  const T = mul(t, P1);
  // compressed() takes the identity too: a nonce of 0 is never drawn, but the vectors hold such a signature to refuse.
  const h = H2(purpose, message, identity, Ppub_sig, L, compressed(T));
  const v = modR(t + h * (d + x));
  return { nonce: t, nonce_point: T, public_point: L, h, v, bytes: signatureBytes(L, h, v) };
}

/** Signature = L, h, v: 112 bytes */
export const signatureBytes = (L, h, v) => concat(encode(L), encode(h), encode(v));

export function verify({ public_point: L, h, v }, identity, purpose, message, Ppub_sig) {
  const f = H7(identity, Ppub_sig, L);
  const T = mul(v, P1).subtract(mul(h, L)).subtract(mul(h * f, Ppub_sig));
  return !T.is0() && h === H2(purpose, message, identity, Ppub_sig, L, T);
}

/** Licence = hospital, doctor, device (0 to 15), issued, expires (milliseconds) */
export function licence(hospital, doctor, device, issued, expires) {
  const bytes = concat(hospital.bytes, doctor.bytes, u8(device), u64(issued), u64(expires));
  return { hospital, doctor, device, issued, expires, bytes };
}

/** SignedLicence = Licence, Signature of the hospital */
export function signLicence(hospitalSigner, granted, fresh32, Ppub_sig) {
  const signature = sign(hospitalSigner, 'licence', granted.bytes, fresh32, Ppub_sig);
  return { licence: granted, fresh32, signature, bytes: concat(granted.bytes, signature.bytes) };
}

export const licenceIsSigned = ({ licence: granted, signature }, Ppub_sig) =>
  verify(signature, granted.hospital, 'licence', granted.bytes, Ppub_sig);

export function readSignature(reader) {
  const [public_point, h, v] = [reader.g1(), reader.scalar(), reader.scalar()];
  return { public_point, h, v, bytes: signatureBytes(public_point, h, v) };
}

export function readSignedLicence(reader) {
  const [hospital, doctor] = [reader.identity(), reader.identity()];
  const device = reader.integer(1);
  if (device > 15) refuse('the device is not 0 to 15');
  const [issued, expires] = [reader.integer(8), reader.integer(8)];
  if (issued >= expires) refuse('the licence is issued no earlier than it expires');
  const granted = licence(hospital, doctor, device, issued, expires);
  const signature = readSignature(reader);
  return { licence: granted, signature, bytes: concat(granted.bytes, signature.bytes) };
}
