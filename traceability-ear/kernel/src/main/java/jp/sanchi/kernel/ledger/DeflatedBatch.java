package jp.sanchi.kernel.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import jp.sanchi.kernel.event.Base64Url;
import jp.sanchi.kernel.event.MalformedEvent;

/**
 * The events of one append as a single argument, a fifth of their compact forms' size: what each
 * transaction carries is hashed, signed over, sent and stored by every orderer and peer. A zlib
 * stream (RFC 1950) of three lines an event, each ended by a line feed: the header's JSON, the
 * payload's JSON, the signature in base64url. Base64url would hide from the compressor what events
 * have in common, since it depends on where a text begins.
 *
 * <p>An event that is judged is its compact form, which follows from the lines; whether these are
 * one is the rules' to say, event by event.
 */
final class DeflatedBatch {
  // As small as the next levels within a few bytes, and twice as fast
  private static final int LEVEL = 3;

  private DeflatedBatch() {}

  /**
   * The argument that stands for these texts, or null if one of them can't be written so; what
   * {@link jp.sanchi.kernel.event.Jws#parse} takes always can.
   */
  static byte[] of(List<String> batch) {
    var lines = new ByteArrayOutputStream(1024 * batch.size());
    try {
      for (String compact : batch) {
        String[] parts = compact.split("\\.", 3);
        if (parts.length < 3) {
          return null;
        }
        line(Base64Url.decode(parts[0]), lines);
        line(Base64Url.decode(parts[1]), lines);
        line(parts[2].getBytes(UTF_8), lines);
      }
    } catch (MalformedEvent e) {
      return null;
    }
    return deflate(lines.toByteArray());
  }

  private static void line(byte[] text, ByteArrayOutputStream lines) {
    for (byte b : text) {
      if (b == '\n') {
        throw malformed();
      }
    }
    lines.writeBytes(text);
    lines.write('\n');
  }

  private static byte[] deflate(byte[] lines) {
    var deflater = new Deflater(LEVEL);
    try {
      deflater.setInput(lines);
      deflater.finish();
      var out = new ByteArrayOutputStream(lines.length / 3);
      byte[] buffer = new byte[1 << 16];
      while (!deflater.finished()) {
        out.write(buffer, 0, deflater.deflate(buffer));
      }
      return out.toByteArray();
    } finally {
      deflater.end();
    }
  }

  /**
   * The compact forms.
   *
   * @throws MalformedEvent {@code call_malformed} unless it is one whole zlib stream of lines,
   *     three an event, the third in UTF-8; {@code call_too_large} if the lines exceed {@link
   *     TraceFunctions#MOST_BYTES} or are more than 600 events'
   */
  static List<String> read(byte[] deflated) {
    byte[] lines = inflate(deflated);
    List<String> batch = new ArrayList<>();
    int at = 0;
    while (at < lines.length) {
      if (batch.size() == TraceFunctions.MOST_EVENTS) {
        throw new MalformedEvent("call_too_large", null);
      }
      int payload = afterLine(lines, at);
      int signature = afterLine(lines, payload);
      int next = afterLine(lines, signature);
      batch.add(
          Base64Url.encode(Arrays.copyOfRange(lines, at, payload - 1))
              + '.'
              + Base64Url.encode(Arrays.copyOfRange(lines, payload, signature - 1))
              + '.'
              + TraceFunctions.text(Arrays.copyOfRange(lines, signature, next - 1)));
      at = next;
    }
    return batch;
  }

  private static byte[] inflate(byte[] deflated) {
    var inflater = new Inflater();
    try {
      inflater.setInput(deflated);
      var out = new ByteArrayOutputStream(Math.min(8 * deflated.length, TraceFunctions.MOST_BYTES));
      byte[] buffer = new byte[1 << 16];
      while (!inflater.finished()) {
        int length = inflater.inflate(buffer);
        if (length == 0 && (inflater.needsInput() || inflater.needsDictionary())) {
          throw malformed();
        }
        out.write(buffer, 0, length);
        if (out.size() > TraceFunctions.MOST_BYTES) {
          throw new MalformedEvent("call_too_large", null);
        }
      }
      if (inflater.getRemaining() > 0) {
        throw malformed();
      }
      return out.toByteArray();
    } catch (DataFormatException e) {
      throw malformed();
    } finally {
      inflater.end();
    }
  }

  private static int afterLine(byte[] lines, int from) {
    for (int at = from; at < lines.length; at++) {
      if (lines[at] == '\n') {
        return at + 1;
      }
    }
    throw malformed();
  }

  private static MalformedEvent malformed() {
    return new MalformedEvent("call_malformed", null);
  }
}
