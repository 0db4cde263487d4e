package jp.sanchi.server.ledger;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.util.Base64;
import org.bouncycastle.crypto.signers.DSAEncoding;
import org.bouncycastle.crypto.signers.PlainDSAEncoding;
import org.bouncycastle.crypto.signers.StandardDSAEncoding;
import org.hyperledger.fabric.protos.msp.SerializedIdentity;

/** A certificate of a local member, with its P-256 key. */
final class LocalIdentity {
  private static final BigInteger ORDER =
      new BigInteger("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", 16);

  private final String mspId;
  private final byte[] certificate;
  private final PrivateKey key;
  private final byte[] serialized;

  LocalIdentity(String mspId, byte[] certificate, PrivateKey key) {
    this.mspId = mspId;
    this.certificate = certificate.clone();
    this.key = key;
    this.serialized =
        SerializedIdentity.newBuilder()
            .setMspid(mspId)
            .setIdBytes(ByteString.copyFromUtf8(pem("CERTIFICATE", certificate)))
            .build()
            .toByteArray();
  }

  String mspId() {
    return mspId;
  }

  /** DER. */
  byte[] certificate() {
    return certificate.clone();
  }

  PrivateKey key() {
    return key;
  }

  /** Fabric's {@code SerializedIdentity} in protobuf. */
  byte[] serialized() {
    return serialized.clone();
  }

  /** DER with low s, which is all that Fabric takes. */
  byte[] sign(byte[]... parts) {
    return signature(StandardDSAEncoding.INSTANCE, parts);
  }

  /** r and s, 32 bytes each, as a JWS has them. */
  byte[] signRaw(byte[]... parts) {
    return signature(PlainDSAEncoding.INSTANCE, parts);
  }

  private byte[] signature(DSAEncoding encoding, byte[]... parts) {
    try {
      Signature signature = Signature.getInstance("SHA256withECDSA");
      signature.initSign(key);
      for (byte[] part : parts) {
        signature.update(part);
      }
      BigInteger[] rs = StandardDSAEncoding.INSTANCE.decode(ORDER, signature.sign());
      return encoding.encode(ORDER, rs[0], rs[1].min(ORDER.subtract(rs[1])));
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("a local key of " + mspId + " can't sign", e);
    }
  }

  /** As Go's {@code pem.Encode} writes it, the one form that verifiers take. */
  static String pem(String label, byte[] der) {
    Base64.Encoder lines = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(label, lines.encodeToString(der), label);
  }
}
