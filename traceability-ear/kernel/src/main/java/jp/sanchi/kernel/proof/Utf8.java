package jp.sanchi.kernel.proof;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Strict UTF-8: no replacement characters, no overlong forms, no surrogates; a BOM is kept. */
final class Utf8 {
  private Utf8() {}

  static String text(byte[] bytes, String reason) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new Malformed(reason);
    }
  }
}
