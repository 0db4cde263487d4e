package jp.sanchi.server.ledger;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.bouncycastle.cert.X509CertificateHolder;
import org.hyperledger.fabric.protos.common.Consenter;
import org.hyperledger.fabric.protos.common.IdentifierHeader;
import org.hyperledger.fabric.protos.common.MetadataSignature;

/**
 * The orderers that the embedded ledger plays. Three of the four sign each block, as SmartBFT's
 * orderers do. A ledger that was founded before there were any has none, and its blocks bear no
 * signature.
 */
final class LocalOrderers {
  static final String MSP_ID = "OrderersMSP";

  /** One of four may fail or lie: Fabric's quorum of four is three. */
  static final int QUORUM = 3;

  private static final int COUNT = 4;
  private static final String AUTHORITY_ROLE = "ca";
  private static final String ROLE = "orderer";
  private static final SecureRandom RANDOM = new SecureRandom();

  // Null without orderers
  private final CertificateAuthority authority;
  // By identifier, from 1
  private final SortedMap<Integer, LocalIdentity> orderers;
  private final AtomicInteger spared = new AtomicInteger();

  private LocalOrderers(
      CertificateAuthority authority, SortedMap<Integer, LocalIdentity> orderers) {
    this.authority = authority;
    this.orderers = orderers;
  }

  static LocalOrderers found(Instant now) {
    CertificateAuthority authority = CertificateAuthority.found(MSP_ID, now);
    var orderers = new TreeMap<Integer, LocalIdentity>();
    for (int identifier = 1; identifier <= COUNT; identifier++) {
      orderers.put(identifier, authority.issue(ROLE, now));
    }
    return new LocalOrderers(authority, orderers);
  }

  /** What {@link #store} wrote; no orderers where nothing was written. */
  static LocalOrderers load(Connection connection) throws SQLException {
    CertificateAuthority authority = null;
    var orderers = new TreeMap<Integer, LocalIdentity>();
    try (PreparedStatement select =
        connection.prepareStatement(
            "select role, certificate, private_key from embedded_identity where msp_id = ?")) {
      select.setString(1, MSP_ID);
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          String role = rows.getString(1);
          byte[] certificate = rows.getBytes(2);
          var key = LocalMembers.privateKey(rows.getBytes(3));
          if (role.equals(AUTHORITY_ROLE)) {
            authority =
                new CertificateAuthority(MSP_ID, new X509CertificateHolder(certificate), key);
          } else {
            orderers.put(
                Integer.valueOf(role.substring(ROLE.length())),
                new LocalIdentity(MSP_ID, certificate, key));
          }
        }
      }
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException("embedded_identity holds no usable keys of orderers", e);
    }
    return new LocalOrderers(authority, orderers);
  }

  void store(Connection connection) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement("insert into embedded_identity values (?, ?, ?, ?)")) {
      LocalMembers.add(insert, MSP_ID, AUTHORITY_ROLE, authority.certificate(), authority.key());
      for (var orderer : orderers.entrySet()) {
        LocalIdentity identity = orderer.getValue();
        LocalMembers.add(
            insert, MSP_ID, ROLE + orderer.getKey(), identity.certificate(), identity.key());
      }
      insert.executeBatch();
    }
  }

  /** Throws a {@link NullPointerException} if there are no orderers. */
  CertificateAuthority authority() {
    return Objects.requireNonNull(authority);
  }

  /** As the channel's configuration maps identifiers to orderers. They listen nowhere. */
  List<Consenter> consenters() {
    var consenters = new ArrayList<Consenter>();
    orderers.forEach(
        (identifier, orderer) ->
            consenters.add(
                Consenter.newBuilder()
                    .setId(identifier)
                    .setMspId(MSP_ID)
                    .setIdentity(pem(orderer))
                    .build()));
    return consenters;
  }

  private static ByteString pem(LocalIdentity orderer) {
    return ByteString.copyFromUtf8(LocalIdentity.pem("CERTIFICATE", orderer.certificate()));
  }

  /**
   * A quorum's signatures over {@code value}, the signer's identifier header and {@code header};
   * the orderers take turns in being spared.
   *
   * @param value of the block's signature metadata
   * @param header the block header's DER
   */
  List<MetadataSignature> sign(byte[] value, byte[] header) {
    var signatures = new ArrayList<MetadataSignature>();
    int idle = 1 + Math.floorMod(spared.getAndIncrement(), COUNT);
    orderers.forEach(
        (identifier, orderer) -> {
          if (identifier != idle) {
            byte[] nonce = new byte[24];
            RANDOM.nextBytes(nonce);
            ByteString signer =
                IdentifierHeader.newBuilder()
                    .setIdentifier(identifier)
                    .setNonce(ByteString.copyFrom(nonce))
                    .build()
                    .toByteString();
            byte[] signature = orderer.sign(value, signer.toByteArray(), header);
            signatures.add(
                MetadataSignature.newBuilder()
                    .setIdentifierHeader(signer)
                    .setSignature(ByteString.copyFrom(signature))
                    .build());
          }
        });
    return signatures;
  }
}
