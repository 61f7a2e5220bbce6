// Drives a hub from proto/ alone, over mTLS: searches the archive, then checks the ledger's proofs with SHA-256 by hand.
// Arguments: proto folder, host:port, server name, CA file, encrypted PKCS#8 key (DER), its password, certificate (DER),
// certificate chain (PEM), the ledger's verifier key, title to search for. Prints one JSON object.
import { createHash, createPrivateKey, createPublicKey, verify, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import grpc from "@grpc/grpc-js";
import loader from "@grpc/proto-loader";

const [protoFolder, address, serverName, caFile, keyFile, password, certificateFile, chainFile, ledgerKey, title] = process.argv.slice(2);

const key = createPrivateKey({ key: readFileSync(keyFile), format: "der", type: "pkcs8", passphrase: password });
const certificate = new X509Certificate(readFileSync(certificateFile)).toString();
const credentials = grpc.credentials.createSsl(
  readFileSync(caFile),
  Buffer.from(key.export({ format: "pem", type: "pkcs8" })),
  Buffer.from(certificate + readFileSync(chainFile, "utf8")),
);
const options = { "grpc.ssl_target_name_override": serverName, "grpc.default_authority": serverName };

const load = (file) =>
  grpc.loadPackageDefinition(loader.loadSync(file, { includeDirs: [protoFolder], keepCase: true, longs: Number, defaults: true })).docexchange.v1;
const archive = new (load("docexchange/v1/archive.proto").Archive)(address, credentials, options);
const ledger = new (load("docexchange/v1/ledger.proto").Ledger)(address, credentials, options);

const call = (client, method, request) =>
  new Promise((resolve, reject) =>
    client[method](request, { deadline: Date.now() + 20000 }, (failure, reply) => (failure ? reject(failure) : resolve(reply))));
const stream = (client, method, request) =>
  new Promise((resolve, reject) => {
    const all = [];
    client[method](request, { deadline: Date.now() + 20000 }).on("data", (each) => all.push(each)).on("end", () => resolve(all)).on("error", reject);
  });

// RFC 9162 §2.1.3.2
const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash("sha256")).digest();
const leafHash = (entry) => sha256(Buffer.from([0]), entry);
const nodeHash = (left, right) => sha256(Buffer.from([1]), left, right);
function rootOf(leaf, index, size, path) {
  let [fn, sn, hash] = [index, size - 1, leaf];
  for (const sibling of path) {
    if (sn === 0) throw new Error("the proof is too long");
    if (fn % 2 === 1 || fn === sn) {
      hash = nodeHash(sibling, hash);
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [Math.floor(fn / 2), Math.floor(sn / 2)];
    } else {
      hash = nodeHash(hash, sibling);
    }
    [fn, sn] = [Math.floor(fn / 2), Math.floor(sn / 2)];
  }
  if (sn !== 0) throw new Error("the proof is too short");
  return hash;
}

// RFC 9162 §2.1.4.2: the proof leads from the old root to both.
function isConsistent(oldSize, oldRoot, newSize, newRoot, proof) {
  const path = oldSize > 0 && (oldSize & (oldSize - 1)) === 0 ? [oldRoot, ...proof] : [...proof];
  let [fn, sn] = [oldSize - 1, newSize - 1];
  while (fn % 2 === 1) [fn, sn] = [Math.floor(fn / 2), Math.floor(sn / 2)];
  let [first, second] = [path[0], path[0]];
  for (const hash of path.slice(1)) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      [first, second] = [nodeHash(hash, first), nodeHash(hash, second)];
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [Math.floor(fn / 2), Math.floor(sn / 2)];
    } else {
      second = nodeHash(second, hash);
    }
    [fn, sn] = [Math.floor(fn / 2), Math.floor(sn / 2)];
  }
  return sn === 0 && first.equals(oldRoot) && second.equals(newRoot);
}

// A C2SP signed note: the text, an empty line, and of each signer "— name base64(key id, signature)"; here Ed25519.
function isSignedBy(note, verifierKey) {
  const [name, keyId, base64] = verifierKey.split("+", 2).concat(verifierKey.slice(verifierKey.indexOf("+", verifierKey.indexOf("+") + 1) + 1));
  const end = note.indexOf("\n\n") + 1;
  const key = createPublicKey({ format: "jwk", key: { kty: "OKP", crv: "Ed25519", x: Buffer.from(base64, "base64").subarray(1).toString("base64url") } });
  return note.slice(end + 1).split("\n").filter((line) => line.startsWith(`\u2014 ${name} `)).some((line) => {
    const value = Buffer.from(line.split(" ")[2], "base64");
    return value.subarray(0, 4).toString("hex") === keyId && verify(null, Buffer.from(note.slice(0, end)), key, value.subarray(4));
  });
}

const found = await call(archive, "Search", { title });
const document = found.documents[0];
const story = await stream(archive, "GetStory", { document_id: document.document_id });
const checkpoint = (await call(ledger, "GetCheckpoint", {})).note.toString("utf8");
const signed = isSignedBy(checkpoint, ledgerKey) && !isSignedBy(checkpoint.replace(/\n\d+\n/, "\n1\n"), ledgerKey);
const note = checkpoint.split("\n");
const size = Number(note[1]);
let proven = 0;
for (const { index, entry } of story) {
  const proof = await call(ledger, "GetInclusionProof", { index, tree_size: size });
  const root = rootOf(leafHash(entry), index, size, proof.hashes);
  if (root.toString("base64") !== note[2]) throw new Error(`entry ${index} is not under the checkpoint`);
  proven++;
}
// The tree that ended with the document's first entry: its root from a proof of inclusion, then that today's begins with it.
const oldSize = story[0].index + 1;
const oldProof = await call(ledger, "GetInclusionProof", { index: story[0].index, tree_size: oldSize });
const oldRoot = rootOf(leafHash(story[0].entry), story[0].index, oldSize, oldProof.hashes);
const consistency = await call(ledger, "GetConsistencyProof", { old_size: oldSize, new_size: size });
const newRoot = Buffer.from(note[2], "base64");
const consistent = isConsistent(oldSize, oldRoot, size, newRoot, consistency.hashes);
const forged = isConsistent(oldSize, leafHash(oldRoot), size, newRoot, consistency.hashes);
let refusal = "";
try {
  await call(archive, "Get", { document_id: "00".repeat(32) });
} catch (failure) {
  refusal = grpc.status[failure.code];
}
console.log(JSON.stringify({ found: found.documents.length, title: document.title, phase: document.phase, types: story.map((each) => each.type), proven, size, signed, consistent, forged, refusal }));
