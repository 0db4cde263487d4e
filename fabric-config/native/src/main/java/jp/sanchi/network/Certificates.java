package jp.sanchi.network;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Makes and renews all certificates of a network. Peers, chaincode servers and people get new keys
 * each time; an orderer keeps its keys, because the channel's configuration knows it by them.
 */
final class Certificates {
  static final Duration VALID = Duration.ofDays(365);

  private static final String NODE_UNITS =
      """
      NodeOUs:
        Enable: true
        ClientOUIdentifier:
          Certificate: cacerts/ca.pem
          OrganizationalUnitIdentifier: client
        PeerOUIdentifier:
          Certificate: cacerts/ca.pem
          OrganizationalUnitIdentifier: peer
        AdminOUIdentifier:
          Certificate: cacerts/ca.pem
          OrganizationalUnitIdentifier: admin
        OrdererOUIdentifier:
          Certificate: cacerts/ca.pem
          OrganizationalUnitIdentifier: orderer
      """;

  private final DataFolder data;
  private final Instant now;
  private final Duration valid;

  Certificates(DataFolder data, Instant now, Duration valid) {
    this.data = data;
    this.now = now;
    this.valid = valid;
  }

  /** A member's two authorities, its MSP for channel configurations, its people. */
  void found(Member member) {
    String mspId = member.mspId();
    Folders.secret(data.authority(mspId, "ca.key").getParent());
    Authority.found(mspId, "Enrolment authority of " + mspId, now)
        .write(data.authority(mspId, "ca.pem"), data.authority(mspId, "ca.key"));
    Authority.found(mspId, "TLS authority of " + mspId, now)
        .write(data.authority(mspId, "tls-ca.pem"), data.authority(mspId, "tls-ca.key"));
    verifyingMsp(member, data.authority(mspId, "msp"));
    people(member);
  }

  /** The administrator, also of the orderers' admin ports, and the client. */
  void people(Member member) {
    String mspId = member.mspId();
    Folders.secret(data.administrator(mspId).getParent());
    KeyedCertificate administrator =
        enrolment(mspId)
            .enrol("admin", "Administrator of " + mspId, Authority.newKey(), now, valid);
    Folders.writeSecret(
        data.administrator(mspId), administrator.keyPem() + administrator.certificatePem());
    tlsAuthority(mspId)
        .tls("Administrator of " + mspId, List.of(), Authority.newKey(), now, valid)
        .write(data.authority(mspId, "admin-tls.pem"), data.authority(mspId, "admin-tls.key"));
    if (member.application()) {
      Path client = data.client(mspId);
      enrolment(mspId)
          .enrol("client", "Client of " + mspId, Authority.newKey(), now, valid)
          .write(client.resolve("client.pem"), client.resolve("client.key"));
      Folders.write(client.resolve("tls-ca.pem"), tlsAuthority(mspId).pem());
    }
  }

  /** A peer's or an orderer's identity and TLS certificate. */
  void node(Member member, String name, String role) {
    Path msp = data.node(name).resolve("msp");
    verifyingMsp(member, msp);
    Path certificate = msp.resolve("signcerts/node.pem");
    Path key = msp.resolve("keystore/node.key");
    enrolment(member.mspId())
        .enrol(role, host(name), key(role, certificate, key), now, valid)
        .write(certificate, key);
    tls(member, name, role);
  }

  /** A chaincode server's TLS certificate, and the one with which the peer calls it. */
  void chaincode(Member member) {
    tls(member, member.chaincode(), "chaincode");
    Path tls = data.node(member.chaincode()).resolve("tls");
    tlsAuthority(member.mspId())
        .tls(member.peer(), List.of(), Authority.newKey(), now, valid)
        .write(tls.resolve("client.pem"), tls.resolve("client.key"));
  }

  private void tls(Member member, String name, String role) {
    Path tls = data.node(name).resolve("tls");
    Path certificate = tls.resolve("server.pem");
    Path key = tls.resolve("server.key");
    Authority authority = tlsAuthority(member.mspId());
    authority
        .tls(host(name), List.of(host(name), "localhost"), key(role, certificate, key), now, valid)
        .write(certificate, key);
    Folders.write(tls.resolve("ca.pem"), authority.pem());
  }

  private static KeyPair key(String role, Path certificate, Path key) {
    return role.equals("orderer") && Files.exists(key)
        ? KeyedCertificate.read(certificate, key).pair()
        : Authority.newKey();
  }

  private void verifyingMsp(Member member, Path folder) {
    Folders.write(folder.resolve("cacerts/ca.pem"), enrolment(member.mspId()).pem());
    Folders.write(folder.resolve("tlscacerts/tls-ca.pem"), tlsAuthority(member.mspId()).pem());
    Folders.write(folder.resolve("config.yaml"), NODE_UNITS);
  }

  Authority enrolment(String mspId) {
    return Authority.read(mspId, data.authority(mspId, "ca.pem"), data.authority(mspId, "ca.key"));
  }

  Authority tlsAuthority(String mspId) {
    return Authority.read(
        mspId, data.authority(mspId, "tls-ca.pem"), data.authority(mspId, "tls-ca.key"));
  }

  /** The name in a node's TLS certificate. */
  static String host(String node) {
    return node + ".localhost";
  }
}
