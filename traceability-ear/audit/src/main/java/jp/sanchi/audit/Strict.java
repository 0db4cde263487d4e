package jp.sanchi.audit;

import com.google.protobuf.ByteString;
import com.google.protobuf.DiscardUnknownFieldsParser;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;

/** Reads protobuf in the one form that Fabric writes: the same message has no other bytes. */
final class Strict {
  private Strict() {}

  /**
   * Reads one message.
   *
   * @throws Fault {@code malformed} for bytes that are no such message, hold a field that Fabric
   *     does not know, or would be written differently
   */
  static <M extends Message> M read(Parser<M> parser, ByteString bytes) {
    try {
      // Without unknown fields, so that writing it again shows them too
      M message = DiscardUnknownFieldsParser.wrap(parser).parseFrom(bytes);
      if (!message.toByteString().equals(bytes)) {
        throw malformed(message, "not in the form in which it is written");
      }
      return message;
    } catch (InvalidProtocolBufferException e) {
      throw new Fault("malformed", "not readable: " + e.getMessage());
    }
  }

  private static Fault malformed(Message message, String why) {
    return new Fault("malformed", message.getDescriptorForType().getName() + ": " + why);
  }
}
