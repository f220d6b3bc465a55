// PROTOCOL.md §3 (Gentry and Ramzan): doctors of three hospitals sign in the slots of one epoch, the hospitals add up,
// then the miner does; strings of nonces; and the attacks of R4 and R6.

import { bytesOf, ensure, ensureEqual, masterSecrets, parameters, scalarOf } from '../cast.mjs';
import { add, aggregateBytes, equationHolds, nonceString, sign, slot, slotString, verify }
  from '../protocol/aggregate.mjs';
import { concat, encode, identity, refusalOf, toInteger } from '../protocol/encoding.mjs';
import { P1, mul } from '../protocol/group.mjs';
import { H1_SIG0, H1_SIG1 } from '../protocol/hash.mjs';

const net = bytesOf('net');
const epoch = 2945376;
const Ppub_agg = parameters.aggregate_g2;

const keysOf = (user) => ({
  identity: user,
  aggregate_k0: mul(masterSecrets.aggregate, H1_SIG0(user)),
  aggregate_k1: mul(masterSecrets.aggregate, H1_SIG1(user)),
});

function signIn(keys, w, label, message = bytesOf(`message of ${label}`)) {
  const made = sign(keys, message, w, scalarOf(`randomizer of ${label}`));
  ensureEqual(refusalOf(() => verify([made], [made], Ppub_agg)), null, `signature of ${label}`);
  return made;
}

const shown = ({ message, w, randomizer, challenge, s, t, bytes }) =>
  ({ message, w, randomizer, challenge, s, t, signature: bytes });

/** The doctor of index i has device i in each hospital, so doctors of different hospitals share their w's. */
function doctorsOf(hospitalName) {
  return [0, 1, 2, 3].map((device) => {
    const keys = keysOf(identity('doctor', `dn-${device}.${hospitalName}`));
    const signatures = [0, 1].map((k) => {
      const number = slot(k, device);
      const made = signIn(keys, slotString(net, epoch, number), `${keys.identity.name}, slot ${number}`);
      return { k, slot: number, made };
    });
    return { keys, device, signatures };
  });
}

const sums = (aggregate) => aggregate.map(({ w, s, t }) => ({ w, s, t }));
const described = (signatures) => signatures.map(({ signer, message, w }) => ({ signer: signer.bytes, message, w }));

/** An aggregate with all that a verifier is given, and its verdict */
function aggregateVector(what, aggregate, signatures, expected = null) {
  const reason = refusalOf(() => verify(aggregate, signatures, Ppub_agg));
  ensureEqual(reason, expected, what);
  const weights = aggregate.map((_, i) => toInteger(bytesOf(`weight ${i}`).subarray(0, 16)));
  const equation = 'the equation does not hold';
  if (reason === null || reason === equation)
    ensureEqual(equationHolds(aggregate, signatures, Ppub_agg, weights), reason === null, `batch equation: ${what}`);
  return { what, valid: reason === null, ...(reason && { reason }), signed: described(signatures),
    sums: sums(aggregate), aggregate: aggregateBytes(aggregate) };
}

/** All under one w: the same message where one is given, else each its own */
function nonceSignatures(purpose, users, message) {
  const nonces = users.map(({ identity: user }) => bytesOf(`nonce of ${user.name} for ${purpose}`));
  const w = nonceString(net, 'SUP', purpose, users.map(({ identity: user }) => user), nonces);
  const signatures = users.map((keys) => signIn(keys, w, `${keys.identity.name}, ${purpose}`, message));
  return { purpose, users, nonces, w, signatures };
}

const shownNonces = ({ purpose, users, nonces, w, signatures }) => ({
  chain: 'SUP',
  purpose,
  w,
  signers: users.map((keys, i) => ({ ...keys, nonce: nonces[i], ...shown(signatures[i]) })),
});

/** R6: nobody can see it in the sum, so whoever adds must have verified each signature. */
function errorsUnderOneString(...pairs) {
  const good = pairs.map(([signature]) => signature);
  const bad = pairs.map(([, signature]) => ({ ...signature, bytes: concat(encode(signature.s), encode(signature.t)) }));
  for (const one of bad) ensure(refusalOf(() => verify([one], [one], Ppub_agg)), 'a signature with an error is invalid');
  const sum = aggregateVector('R6: errors under one w cancel, the sum is valid and no signature is', add(bad), good);
  return { ...sum, refused_signatures: bad.map(({ bytes }) => bytes) };
}

/** R4, R6: what an aggregate must not be, and the one thing that it cannot show */
function attacks(first, second, under) {
  const [a, b, c] = first;
  const shift = mul(scalarOf('shift'), P1);
  const more = (signature) => ({ ...signature, s: signature.s.add(shift) });
  const less = (signature) => ({ ...signature, s: signature.s.subtract(shift) });
  const apart = add([more(a), less(second)]);
  ensure(equationHolds(apart, [a, second], Ppub_agg, [1n, 1n]), 'without weights, errors under two w cancel');
  const [s1, s2] = add([a, second]);
  const invalid = 'the equation does not hold';
  const miscounted = 'the pairs are not as many as the distinct w';
  const repeated = 'a signer stands twice under one w';
  const twice = sign(under, bytesOf('a second message'), a.w, scalarOf('a second randomizer'));
  ensure(equationHolds(add([a, twice]), [a, twice], Ppub_agg, [1n]), 'the equation alone does not see R4');
  return [
    aggregateVector('R4: one signer twice under one w', add([a, twice]), [a, twice], repeated),
    aggregateVector('R4: S and T summed over two w', [{ ...s1, s: s1.s.add(s2.s), t: s1.t.add(s2.t) }], [a, second],
      miscounted),
    aggregateVector('one signature too few', add([a, b]), [a, b, c], invalid),
    aggregateVector('one signature too many', add([a, b, c]), [a, b], invalid),
    aggregateVector('a pair for a w without messages', add([a, second]), [a], miscounted),
    aggregateVector('a message exchanged', add([a, b]), [a, { ...b, message: bytesOf('exchanged') }], invalid),
    aggregateVector('pairs in descending order of w', add([a, second]).reverse(), [a, second], invalid),
    aggregateVector('R6: errors under two w cancel where no weights are drawn', apart, [a, second], invalid),
    errorsUnderOneString([a, more(a)], [b, less(b)]),
  ];
}

export default function aggregate() {
  const names = ['st-luke.example', 'charite.example', 'nemours.example'];
  const hospitals = names.map((name) => ({ hospital: identity('hospital', name), doctors: doctorsOf(name) }));
  const signaturesOf = ({ doctors }) => doctors.flatMap(({ signatures }) => signatures.map(({ made }) => made));
  const firstLayer = hospitals.map((one) => add(signaturesOf(one)));
  const all = hospitals.flatMap(signaturesOf);
  const [anna, boris] = hospitals.map(({ doctors }) => doctors[0].keys);
  const luke = keysOf(hospitals[0].hospital);
  const nonces = [nonceSignatures('ur', [anna, luke], bytesOf('htxU')), nonceSignatures('dispute', [boris, luke])];
  const nonceSigned = nonces.flatMap(({ signatures }) => signatures);
  const sharing = all.filter(({ w }) => w.equals(all[0].w));
  const mixed = [...nonceSigned, ...sharing];
  const elsewhere = all.find(({ w }) => !w.equals(all[0].w));
  ensureEqual(sharing.length, 3, 'doctors of three hospitals share a w');
  return {
    about:
      'Identity-based aggregate signatures. slot = 16 k + device; w of slots and of nonces as in docs/PROTOCOL.md; ' +
      'randomizer is rho, challenge c. Each hospital adds up its doctors (first layer), then all are added (second ' +
      'layer) from the sums of the first. signed lists what an aggregate is over (signer is the encoded identity), ' +
      'sums its pairs in order, aggregate its bytes. refused_signatures are invalid, each with the entry of signed ' +
      'at its place, although their sum is valid.',
    net,
    epoch,
    aggregate_secret: masterSecrets.aggregate,
    ppub_agg_g2: Ppub_agg,
    hospitals: hospitals.map(({ hospital, doctors }, i) => ({
      hospital,
      doctors: doctors.map(({ keys, device, signatures }) => ({
        ...keys,
        device,
        signatures: signatures.map(({ k, slot: number, made }) => ({ k, slot: number, ...shown(made) })),
      })),
      first_layer: aggregateVector(`first layer of ${hospital.name}`, firstLayer[i], signaturesOf(hospitals[i])),
    })),
    second_layer: aggregateVector('second layer', add(firstLayer.flat()), all),
    nonce_strings: nonces.map(shownNonces),
    nonce_aggregate: aggregateVector('two strings of nonces', add(nonceSigned), nonceSigned),
    mixed_aggregate: aggregateVector('slots and nonces', add(mixed), mixed),
    attacks: attacks(sharing, elsewhere, anna),
  };
}
