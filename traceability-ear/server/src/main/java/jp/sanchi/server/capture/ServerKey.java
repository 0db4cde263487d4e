package jp.sanchi.server.capture;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.PKCS8EncodedKeySpec;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import javax.sql.DataSource;
import jp.sanchi.kernel.event.Base64Url;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.proof.P256;
import jp.sanchi.server.platform.Failure;

/**
 * The key that signs receipts, one for all servers of a database. It vouches for what the server
 * stored and nothing else; no verifier trusts it.
 */
@Singleton
public class ServerKey {
  private final DataSource database;
  private volatile Loaded loaded;

  private record Loaded(PrivateKey key, byte[] point, String kid) {}

  @Inject
  ServerKey(DataSource database) {
    this.database = database;
  }

  /** A compact JWS over the payload's canonical form, typed {@code sanchi-receipt}. */
  public String receipt(Json.Obj payload) {
    Loaded signer = loaded();
    Json.Obj header = Json.object("alg", "ES256", "kid", signer.kid(), "typ", "sanchi-receipt");
    String input =
        Base64Url.encode(header.canonical()) + '.' + Base64Url.encode(payload.canonical());
    return input + '.' + Base64Url.encode(sign(signer.key(), input));
  }

  /** 65 bytes, uncompressed. */
  byte[] point() {
    return loaded().point().clone();
  }

  private static byte[] sign(PrivateKey key, String input) {
    try {
      Signature signature = Signature.getInstance("SHA256withECDSA");
      signature.initSign(key);
      signature.update(input.getBytes(StandardCharsets.US_ASCII));
      return raw(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new Failure("a receipt can't be signed", e);
    }
  }

  // DER of two positive integers below 2^256: every length fits one byte
  private static byte[] raw(byte[] der) {
    byte[] raw = new byte[64];
    int at = 2;
    for (int end = 32; end <= 64; end += 32) {
      int length = der[at + 1];
      byte[] number = Arrays.copyOfRange(der, at + 2, at + 2 + length);
      copyRight(new BigInteger(1, number), raw, end);
      at += 2 + length;
    }
    return raw;
  }

  private static void copyRight(BigInteger number, byte[] into, int end) {
    byte[] bytes = number.toByteArray();
    int from = bytes.length > 32 ? bytes.length - 32 : 0;
    System.arraycopy(bytes, from, into, end - (bytes.length - from), bytes.length - from);
  }

  private Loaded loaded() {
    Loaded key = loaded;
    if (key == null) {
      synchronized (this) {
        key = loaded;
        if (key == null) {
          key = load();
          loaded = key;
        }
      }
    }
    return key;
  }

  private Loaded load() {
    try (Connection connection = database.getConnection()) {
      Loaded found = select(connection);
      if (found != null) {
        return found;
      }
      insert(connection);
      // Whichever server was first: its key is everybody's
      return select(connection);
    } catch (SQLException | GeneralSecurityException e) {
      throw new Failure("the server's key can't be loaded", e);
    }
  }

  private static Loaded select(Connection connection)
      throws SQLException, GeneralSecurityException {
    try (PreparedStatement select =
            connection.prepareStatement("select private_key, public_point from server_key");
        ResultSet row = select.executeQuery()) {
      if (!row.next()) {
        return null;
      }
      PrivateKey key =
          KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(row.getBytes(1)));
      byte[] point = row.getBytes(2);
      return new Loaded(key, point, Base64Url.encode(P256.thumbprint(point)));
    }
  }

  private static void insert(Connection connection) throws SQLException, GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    KeyPair pair = generator.generateKeyPair();
    ECPoint w = ((ECPublicKey) pair.getPublic()).getW();
    byte[] point = new byte[65];
    point[0] = 4;
    copyRight(w.getAffineX(), point, 33);
    copyRight(w.getAffineY(), point, 65);
    try (PreparedStatement insert =
        connection.prepareStatement(
            "insert into server_key (private_key, public_point) values (?, ?)"
                + " on conflict do nothing")) {
      insert.setBytes(1, pair.getPrivate().getEncoded());
      insert.setBytes(2, point);
      insert.executeUpdate();
    }
  }
}
