// PROTOCOL.md §3, BLS multi-signatures as quorum certificates carry them: q = n - f of n sign one message.

import { bytesOf, ensure, ensureEqual, scalarOf } from '../cast.mjs';
import { concat, refusalOf, u16, u8 } from '../protocol/encoding.mjs';
import { P2, mul, sum } from '../protocol/group.mjs';
import { H_BLS_SIG } from '../protocol/hash.mjs';
import { decodeSignerSet, isPossessed, multiSignature, prove, publicKey, sign, signerSet, verify }
  from '../protocol/multi_signature.mjs';

function committee(n) {
  const message = bytesOf(`message to ${n} signers`);
  const signers = Array.from({ length: n }, (_, i) => {
    const secret_key = scalarOf(`BLS key ${i} of ${n}`);
    const public_key = publicKey(secret_key);
    const proof_of_possession = prove(secret_key);
    const signature = sign(secret_key, message);
    ensure(isPossessed(public_key, proof_of_possession), 'proof of possession');
    ensure(verify([public_key], message, signature), 'signature');
    return { secret_key, public_key, proof_of_possession, signature };
  });
  return { n, message, signers };
}

function multi({ n, message, signers }, set) {
  const signature = sum(set.map((i) => signers[i].signature));
  ensure(verify(set.map((i) => signers[i].public_key), message, signature), 'multi-signature');
  return { signers: set, signer_set: signerSet(n, set), signature, multi_signature: multiSignature(n, set, signature) };
}

const withQuorums = (who, sets) => ({ ...who, multi_signatures: sets.map((set) => multi(who, set)) });

/** Well-formed multi-signatures over the message that do not verify */
function refused({ n, message, signers }) {
  const of = (set) => sum(set.map((i) => signers[i].signature));
  return [
    ['a signer claimed who did not sign', [0, 1, 2], of([0, 1])],
    ['a signer not claimed', [0, 1], of([0, 1, 2])],
    ['a signer counted twice', [0, 1], of([0, 0, 1])],
    ['a signature over another message', [0], sign(signers[0].secret_key, bytesOf('another message'))],
    ['a proof of possession in place of the signature', [0], signers[0].proof_of_possession],
  ].map(([what, set, signature]) => {
    ensure(!verify(set.map((i) => signers[i].public_key), message, signature), `refusal of: ${what}`);
    return { what, multi_signature: multiSignature(n, set, signature) };
  });
}

/** A rogue key: without proofs of possession, its holder signs in the name of the first as well. */
function rogueKey({ message, signers: [victim] }) {
  const secret = scalarOf('rogue');
  const public_key = mul(secret, P2).subtract(victim.public_key);
  const signature = mul(secret, H_BLS_SIG(message));
  ensure(verify([victim.public_key, public_key], message, signature), 'the rogue key would do its work');
  const proof_of_possession = prove(secret);
  ensure(!isPossessed(public_key, proof_of_possession), 'the rogue key is not possessed');
  return {
    victim: victim.public_key,
    message,
    public_key,
    signature_of_both: signature,
    refused_proof: proof_of_possession,
  };
}

function signerSets() {
  const everyThird = Array.from({ length: 342 }, (_, i) => 3 * i);
  const sets = [[1, [0]], [4, []], [7, [0, 6]], [8, [7]], [9, [0, 8]], [16, [7, 8]], [1024, everyThird]];
  const valid = sets.map(([n, signers]) => {
    const bytes = signerSet(n, signers);
    ensureEqual(decodeSignerSet(bytes).signers.join(), signers.join(), `signer set of ${n}`);
    return { n, signers, bytes };
  });
  const refusedSets = [
    ['n = 0', u16(0)],
    ['n = 1025', concat(u16(1025), Buffer.alloc(129))],
    ['n = 4, bit 4 set', concat(u16(4), u8(0x17))],
    ['n = 9, bit 15 set', concat(u16(9), u8(1), u8(0x80))],
    ['a byte missing', concat(u16(9), u8(1))],
    ['a byte too many', concat(u16(8), u8(1), u8(0))],
  ].map(([what, bytes]) => {
    const reason = refusalOf(() => decodeSignerSet(bytes));
    ensure(reason, `refusal of: ${what}`);
    return { what, reason, bytes };
  });
  return { valid, refused: refusedSets };
}

export default function bls_qc() {
  const [four, seven] = [committee(4), committee(7)];
  return {
    about:
      'BLS signatures in G1, keys in G2, proofs of possession; multi-signatures of quorums (q = n - f). The message ' +
      'and the public key are hashed as sequences of one element, as all else is. An empty signer set is well ' +
      'formed and never a quorum.',
    committees: [
      withQuorums(four, [[0, 1, 2], [0, 2, 3], [0, 1, 2, 3]]),
      withQuorums(seven, [[0, 1, 2, 3, 4], [0, 2, 3, 5, 6], [0, 1, 2, 3, 4, 5, 6]]),
    ],
    refused_multi_signatures: refused(four),
    refused_identity: concat(signerSet(4, []), Buffer.from([0xc0]), Buffer.alloc(47)),
    rogue_key: rogueKey(four),
    signer_sets: signerSets(),
  };
}
