// Drives a hub from proto/ alone, over mTLS: searches the archive, then checks the ledger's proofs with SHA-256 by hand.
// Arguments: proto folder, host:port, server name, CA file, encrypted PKCS#8 key (DER), its password, certificate (DER),
// certificate chain (PEM), title to search for. Prints one JSON object.
import { createHash, createPrivateKey, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import grpc from "@grpc/grpc-js";
import loader from "@grpc/proto-loader";

const [protoFolder, address, serverName, caFile, keyFile, password, certificateFile, chainFile, title] = process.argv.slice(2);

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

const found = await call(archive, "Search", { title });
const document = found.documents[0];
const story = await stream(archive, "GetStory", { document_id: document.document_id });
const note = (await call(ledger, "GetCheckpoint", {})).note.toString("utf8").split("\n");
const size = Number(note[1]);
let proven = 0;
for (const { index, entry } of story) {
  const proof = await call(ledger, "GetInclusionProof", { index, tree_size: size });
  const root = rootOf(leafHash(entry), index, size, proof.hashes);
  if (root.toString("base64") !== note[2]) throw new Error(`entry ${index} is not under the checkpoint`);
  proven++;
}
let refusal = "";
try {
  await call(archive, "Get", { document_id: "00".repeat(32) });
} catch (failure) {
  refusal = grpc.status[failure.code];
}
console.log(JSON.stringify({ found: found.documents.length, title: document.title, phase: document.phase, types: story.map((each) => each.type), proven, size, refusal }));
