package jp.sanchi.network;

import java.nio.file.Path;

/** Where a network keeps what. */
record DataFolder(Path root) {
  /** A node's own folder: configuration, MSP, TLS, ledger. */
  Path node(String name) {
    return root.resolve("nodes").resolve(name);
  }

  Path ledger(String node) {
    return node(node).resolve("ledger");
  }

  Path authority(String mspId, String file) {
    return root.resolve("authorities").resolve(mspId).resolve(file);
  }

  /** Key and certificate of a member's administrator, in one file. */
  Path administrator(String mspId) {
    return root.resolve("administrators").resolve(mspId + ".pem");
  }

  /** A client identity's folder, beside the connection file. */
  Path client(String mspId) {
    return root.resolve("connections").resolve(mspId);
  }

  Path connection(String mspId) {
    return root.resolve("connections").resolve(mspId + ".json");
  }

  Path trust() {
    return root.resolve("trust.json");
  }

  Path channel(String file) {
    return root.resolve("channel").resolve(file);
  }

  /** Chaincode jars and packages by the jar's SHA-256. */
  Path chaincode(String digest, String file) {
    return root.resolve("chaincode").resolve(digest).resolve(file);
  }
}
