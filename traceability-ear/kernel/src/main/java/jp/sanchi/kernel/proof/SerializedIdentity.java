package jp.sanchi.kernel.proof;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

/**
 * Who endorsed: Fabric's {@code SerializedIdentity}, a member's MSP id and one certificate in PEM.
 *
 * @param mspId never empty
 * @param certificateDer the certificate's DER, not yet read as one
 */
record SerializedIdentity(String mspId, byte[] certificateDer) {
  private static final String BEGIN = "-----BEGIN CERTIFICATE-----\n";
  private static final String END = "-----END CERTIFICATE-----\n";
  private static final int LINE = 64;

  /**
   * Reads it strictly.
   *
   * @throws Malformed {@code bad_protobuf}, also for an empty MSP id, or {@code bad_pem}
   */
  static SerializedIdentity read(byte[] bytes) {
    Protobuf.Message message = Protobuf.read(bytes, Protobuf.text(1), Protobuf.bytes(2));
    if (!message.has(1)) {
      throw new Malformed("bad_protobuf");
    }
    return new SerializedIdentity(message.text(1), certificate(message.bytes(2)));
  }

  /**
   * The DER in a PEM of one certificate, in the only form that Go's {@code pem.Encode} writes:
   * lines of 64 characters ended by one line feed, canonical base64, nothing before or after.
   */
  static byte[] certificate(byte[] pem) {
    byte[] der;
    try {
      String text = new String(pem, StandardCharsets.ISO_8859_1);
      if (!text.startsWith(BEGIN) || !text.endsWith(END)) {
        throw new Malformed("bad_pem");
      }
      // endsWith may overlap startsWith only in texts too short to hold both.
      der =
          Base64.getDecoder()
              .decode(
                  text.substring(BEGIN.length(), text.length() - END.length()).replace("\n", ""));
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      throw new Malformed("bad_pem");
    }
    // One writer, one form: writing it again must give the same bytes. This settles line lengths,
    // padding and unused bits at once.
    if (der.length == 0 || !Arrays.equals(pem(der), pem)) {
      throw new Malformed("bad_pem");
    }
    return der;
  }

  private static byte[] pem(byte[] der) {
    String lines =
        Base64.getMimeEncoder(LINE, new byte[] {'\n'}).encodeToString(der); // no break at the end
    return (BEGIN + lines + "\n" + END).getBytes(StandardCharsets.ISO_8859_1);
  }
}
