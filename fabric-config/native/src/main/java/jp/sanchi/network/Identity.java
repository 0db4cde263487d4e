package jp.sanchi.network;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.security.Signature;
import java.time.Instant;
import java.util.HexFormat;
import org.bouncycastle.crypto.signers.StandardDSAEncoding;
import org.hyperledger.fabric.protos.common.ChannelHeader;
import org.hyperledger.fabric.protos.common.HeaderType;
import org.hyperledger.fabric.protos.common.SignatureHeader;
import org.hyperledger.fabric.protos.msp.SerializedIdentity;

/** Who signs Fabric's messages: a member's administrator or client. */
final class Identity {
  private static final BigInteger ORDER =
      new BigInteger("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", 16);
  private static final SecureRandom RANDOM = new SecureRandom();

  private final String mspId;
  private final KeyedCertificate keyed;
  private final ByteString serialized;

  Identity(String mspId, KeyedCertificate keyed) {
    this.mspId = mspId;
    this.keyed = keyed;
    this.serialized =
        SerializedIdentity.newBuilder()
            .setMspid(mspId)
            .setIdBytes(ByteString.copyFromUtf8(keyed.certificatePem()))
            .build()
            .toByteString();
  }

  String mspId() {
    return mspId;
  }

  KeyedCertificate keyed() {
    return keyed;
  }

  /** A header of now with 24 random bytes, so that no two messages are one. */
  SignatureHeader signatureHeader() {
    byte[] nonce = new byte[24];
    RANDOM.nextBytes(nonce);
    return SignatureHeader.newBuilder()
        .setCreator(serialized)
        .setNonce(ByteString.copyFrom(nonce))
        .build();
  }

  static String transactionId(SignatureHeader header) {
    return HexFormat.of()
        .formatHex(sha256(header.getNonce().concat(header.getCreator()).toByteArray()));
  }

  static ChannelHeader.Builder channelHeader(HeaderType type, String channel) {
    Instant now = Instant.now();
    return ChannelHeader.newBuilder()
        .setType(type.getNumber())
        .setTimestamp(
            Timestamp.newBuilder().setSeconds(now.getEpochSecond()).setNanos(now.getNano()))
        .setChannelId(channel);
  }

  /** DER with low s, which is all that Fabric takes. */
  ByteString sign(ByteString message) {
    try {
      Signature signature = Signature.getInstance("SHA256withECDSA");
      signature.initSign(keyed.key());
      signature.update(message.asReadOnlyByteBuffer());
      BigInteger[] rs = StandardDSAEncoding.INSTANCE.decode(ORDER, signature.sign());
      return ByteString.copyFrom(
          StandardDSAEncoding.INSTANCE.encode(ORDER, rs[0], rs[1].min(ORDER.subtract(rs[1]))));
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("a key of " + mspId + " can't sign", e);
    }
  }

  /** r and s of 32 bytes each over ASCII, as JWS has them. */
  byte[] signRaw(String text) {
    try {
      Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
      signature.initSign(keyed.key());
      signature.update(text.getBytes(StandardCharsets.US_ASCII));
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a key of " + mspId + " can't sign", e);
    }
  }

  static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
