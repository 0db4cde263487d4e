package jp.sanchi.server.ledger;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import jp.sanchi.kernel.event.Json;
import org.bouncycastle.cert.X509CertificateHolder;

/** The three members that the embedded ledger plays, with an authority and a peer each. */
final class LocalMembers {
  static final List<String> MSP_IDS = List.of("GrowersMSP", "InspectorsMSP", "LogisticsMSP");

  /** Above half of the members endorse; they are one operator's. */
  static final int THRESHOLD_MEMBERS = 2;

  static final int THRESHOLD_OPERATORS = 1;

  private static final String OPERATOR = "embedded";

  private final SortedMap<String, CertificateAuthority> authorities;
  private final SortedMap<String, LocalIdentity> peers;
  private final LocalIdentity client;
  private final AtomicInteger spared = new AtomicInteger();

  private LocalMembers(
      SortedMap<String, CertificateAuthority> authorities,
      SortedMap<String, LocalIdentity> peers,
      LocalIdentity client) {
    this.authorities = authorities;
    this.peers = peers;
    this.client = client;
  }

  static LocalMembers found(Instant now) {
    var authorities = new TreeMap<String, CertificateAuthority>();
    var peers = new TreeMap<String, LocalIdentity>();
    for (String mspId : MSP_IDS) {
      CertificateAuthority authority = CertificateAuthority.found(mspId, now);
      authorities.put(mspId, authority);
      peers.put(mspId, authority.issue("peer", now));
    }
    LocalIdentity client = authorities.get(MSP_IDS.get(0)).issue("client", now);
    return new LocalMembers(authorities, peers, client);
  }

  /** What {@link #store} wrote, or null where nothing was written. */
  static LocalMembers load(Connection connection) throws SQLException {
    var authorities = new TreeMap<String, CertificateAuthority>();
    var peers = new TreeMap<String, LocalIdentity>();
    LocalIdentity client = null;
    try (PreparedStatement select =
            connection.prepareStatement(
                "select msp_id, role, certificate, private_key from embedded_identity"
                    + " where msp_id <> '"
                    + LocalOrderers.MSP_ID
                    + "'");
        ResultSet rows = select.executeQuery()) {
      while (rows.next()) {
        String mspId = rows.getString(1);
        byte[] certificate = rows.getBytes(3);
        PrivateKey key = privateKey(rows.getBytes(4));
        switch (rows.getString(2)) {
          case "ca" ->
              authorities.put(
                  mspId,
                  new CertificateAuthority(mspId, new X509CertificateHolder(certificate), key));
          case "peer" -> peers.put(mspId, new LocalIdentity(mspId, certificate, key));
          case "client" -> client = new LocalIdentity(mspId, certificate, key);
          default -> throw new IllegalStateException("unknown role in embedded_identity");
        }
      }
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException("embedded_identity holds no usable keys", e);
    }
    return client == null ? null : new LocalMembers(authorities, peers, client);
  }

  static PrivateKey privateKey(byte[] pkcs8) throws GeneralSecurityException {
    return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
  }

  void store(Connection connection) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement("insert into embedded_identity values (?, ?, ?, ?)")) {
      for (CertificateAuthority authority : authorities.values()) {
        add(insert, authority.mspId(), "ca", authority.certificate(), authority.key());
      }
      for (LocalIdentity peer : peers.values()) {
        add(insert, peer.mspId(), "peer", peer.certificate(), peer.key());
      }
      add(insert, client.mspId(), "client", client.certificate(), client.key());
      insert.executeBatch();
    }
  }

  static void add(
      PreparedStatement insert, String mspId, String role, byte[] certificate, PrivateKey key)
      throws SQLException {
    insert.setString(1, mspId);
    insert.setString(2, role);
    insert.setBytes(3, certificate);
    insert.setBytes(4, key.getEncoded());
    insert.addBatch();
  }

  /** By MSP id. */
  SortedMap<String, CertificateAuthority> authorities() {
    return authorities;
  }

  /** Whose proposals the peers answer. */
  LocalIdentity client() {
    return client;
  }

  /** Two members' peers sign; the members take turns in being spared. */
  EndorsedAnswer endorse(byte[] proposalResponsePayload) {
    String idle = MSP_IDS.get(Math.floorMod(spared.getAndIncrement(), MSP_IDS.size()));
    var endorsements = new ArrayList<EndorsedAnswer.Endorsement>();
    for (LocalIdentity peer : peers.values()) {
      if (!peer.mspId().equals(idle)) {
        byte[] endorser = peer.serialized();
        endorsements.add(
            new EndorsedAnswer.Endorsement(endorser, peer.sign(proposalResponsePayload, endorser)));
      }
    }
    return new EndorsedAnswer(proposalResponsePayload, endorsements);
  }

  /** As {@code consortium_founded} lists them (wire format, section 2.1). */
  List<Json.Obj> described() {
    var members = new ArrayList<Json.Obj>();
    for (CertificateAuthority authority : authorities.values()) {
      String root = Base64.getEncoder().encodeToString(authority.certificate());
      members.add(
          Json.object(
              "intermediates", Json.array(),
              "mspId", authority.mspId(),
              "operator", OPERATOR,
              "roots", Json.array(root)));
    }
    return members;
  }

  static Json.Obj threshold() {
    return Json.object("members", THRESHOLD_MEMBERS, "operators", THRESHOLD_OPERATORS);
  }

  /** trust.json as of the founding, canonical; the same bytes for ever. */
  byte[] trust(String consortium) {
    Instant expires =
        authorities.values().stream()
            .map(CertificateAuthority::expires)
            .min(Instant::compareTo)
            .orElseThrow();
    List<Json.Obj> members =
        described().stream().map(member -> member.with("revoked", Json.array())).toList();
    return Json.object(
            "channel",
            Invocation.CHANNEL,
            "chaincode",
            Invocation.CHAINCODE,
            "consortium",
            consortium,
            "expires",
            expires.toEpochMilli(),
            "format",
            "sanchi-trust-v0",
            "members",
            members,
            "mode",
            "embedded",
            "threshold",
            threshold(),
            "version",
            1)
        .canonical();
  }
}
