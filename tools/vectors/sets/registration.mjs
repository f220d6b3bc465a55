// PROTOCOL.md §2, for a hospital, a doctor and a patient; and what PKG and users must refuse.

import { doctor, ensure, ensureEqual, hospital, masterSecrets, parameters, patient, scalarOf } from '../cast.mjs';
import { concat, encode, identity } from '../protocol/encoding.mjs';
import { P1, P2, compressed, modR, mul } from '../protocol/group.mjs';
import { H1_KA, H1_KA_G2, H1_SIG0, H1_SIG1, H2, H7 } from '../protocol/hash.mjs';
import { issuedKeys, pairsMatch, registrationRequest, requestIsProven, systemParameters, userChecks }
  from '../protocol/registration.mjs';

const failedChecks = (issued, request) =>
  Object.entries(userChecks(issued, request, parameters)).filter(([, holds]) => !holds).map(([name]) => name);

function entity({ secret_value, pkg_secret, fresh32, request, issued }) {
  ensure(requestIsProven(request, parameters.signing), 'proof of knowledge');
  ensureEqual(failedChecks(issued, request).join(), '', 'checks of the user');
  return {
    identity: request.identity,
    secret_value,
    pkg_secret,
    proof_fresh32: fresh32,
    proof_nonce: request.proof_nonce,
    proof_nonce_point: request.proof_nonce_point,
    commitment: request.commitment,
    challenge: request.challenge,
    response: request.response,
    request: request.bytes,
    public_point: issued.public_point,
    public_point_hash: H7(request.identity, parameters.signing, issued.public_point),
    partial: issued.partial,
    agreement_g1: issued.agreement_g1,
    agreement_g2: issued.agreement_g2,
    aggregate_k0: issued.aggregate_k0,
    aggregate_k1: issued.aggregate_k1,
    issued_keys: issued.bytes,
    user_accepts: true,
  };
}

/** Requests whose proof fails although each field is well formed */
function refusedRequests({ request, secret_value, fresh32 }) {
  return [
    ['the proof under another identity', { identity: identity('doctor', 'mallory') }],
    ['another commitment', { commitment: request.commitment.add(P1) }],
    ['the response off by one', { response: modR(request.response + 1n) }],
    ['the challenge off by one', { challenge: modR(request.challenge + 1n) }],
    ['made for another PKG', registrationRequest(request.identity, secret_value, fresh32, mul(7n, P1))],
    ['R would be the identity', zeroNonceProof(request.identity, secret_value)],
  ].map(([what, changed]) => {
    const wrong = { ...request, ...changed };
    ensure(!requestIsProven(wrong, parameters.signing), `refusal of: ${what}`);
    const fields = [wrong.identity, wrong.commitment, wrong.challenge, wrong.response];
    return { what, request: concat(...fields.map(encode)) };
  });
}

/** z = c·x with R the identity: every equation holds, and the identity is what R1 excludes. */
function zeroNonceProof(user, x) {
  const commitment = mul(x, P1);
  const challenge = H2('register', user, parameters.signing, commitment, compressed(mul(0n, P1)));
  return { identity: user, commitment, challenge, response: modR(challenge * x) };
}

/** What a wrong or malicious PKG might send; each fails the named checks, and no other */
function refusedKeys({ request, issued }, stranger) {
  const user = request.identity;
  const other = stranger.request.identity;
  const theirs = stranger.issued;
  const { agreement, aggregate } = masterSecrets;
  const impostor = scalarOf('secret of an impostor');
  return [
    ['d off by one', { partial: modR(issued.partial + 1n) }],
    ['L of another entity', { public_point: theirs.public_point }],
    ['d and L of another entity', { partial: theirs.partial, public_point: theirs.public_point }],
    ['agreement key of another identity', { agreement_g1: mul(agreement, H1_KA(other)) }],
    ['agreement key in G2 under another secret', { agreement_g2: mul(impostor, H1_KA_G2(user)) }],
    ['K0 under another secret', { aggregate_k0: mul(impostor, H1_SIG0(user)) }],
    ['K0 and K1 exchanged', { aggregate_k0: issued.aggregate_k1, aggregate_k1: issued.aggregate_k0 }],
    ['K1 of another identity', { aggregate_k1: mul(aggregate, H1_SIG1(other)) }],
    ['issued to another identity', { identity: other }],
  ].map(([what, changed]) => {
    const wrong = issuedKeys({ ...issued, ...changed });
    const failed_checks = failedChecks(wrong, request);
    ensure(failed_checks.length > 0, `refusal of: ${what}`);
    return { what, failed_checks, issued_keys: wrong.bytes };
  });
}

function refusedParameters() {
  const { bytes, ...fields } = parameters;
  return [
    ['agreement pair of two secrets', { agreement_g2: mul(masterSecrets.agreement + 1n, P2) }],
    ['aggregate pair of two secrets', { aggregate_g1: mul(masterSecrets.aggregate + 1n, P1) }],
  ].map(([what, changed]) => {
    const wrong = { ...fields, ...changed };
    ensure(!Object.values(pairsMatch(wrong)).every(Boolean), `refusal of: ${what}`);
    return { what, system_parameters: concat(...Object.values(wrong).map(encode)) };
  });
}

export default function registration() {
  ensure(Object.values(pairsMatch(systemParameters(masterSecrets))).every(Boolean), 'pairs of the parameters');
  return {
    about:
      'Registration. secret_value is x_U, pkg_secret y_U, commitment L_U1, public_point L_U, public_point_hash f, ' +
      'partial d_U, agreement_g1 and agreement_g2 are the two halves of the key-agreement key, aggregate_k0 and ' +
      'aggregate_k1 K0 and K1. failed_checks are named as the elements of IssuedKeys that the failed equation is ' +
      'about. Refused keys answer the request of the doctor.',
    master_secrets: masterSecrets,
    system_parameters: parameters,
    entities: [hospital, doctor, patient].map(entity),
    refused_system_parameters: refusedParameters(),
    refused_requests: refusedRequests(doctor),
    refused_issued_keys: refusedKeys(doctor, hospital),
  };
}
