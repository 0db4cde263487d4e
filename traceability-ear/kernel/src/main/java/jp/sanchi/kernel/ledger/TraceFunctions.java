package jp.sanchi.kernel.ledger;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import jp.sanchi.kernel.event.Base64Url;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.event.MalformedEvent;
import jp.sanchi.kernel.history.Rules;
import jp.sanchi.kernel.history.Subject;
import jp.sanchi.kernel.history.WorldState;
import jp.sanchi.kernel.proof.Statement;

/**
 * The functions of the ledger's chaincode, the same on a Fabric peer and in the embedded ledger.
 * What a call answers and writes depends on the stored state, the arguments and the transaction's
 * time alone, so that all endorsers give the same bytes. None but {@link #HEADS} answers bytes that
 * begin like a {@link Statement}.
 *
 * <p>Every argument but a {@link DeflatedBatch} is UTF-8. A call that a client should not have made
 * is a {@link MalformedEvent} with {@code call_malformed}, {@code call_too_large}, {@code
 * subject_malformed} or {@code not_founded}; then nothing is written.
 */
public final class TraceFunctions {
  /** Appends the compact JWSs that follow it; answers an {@link AppendAnswer}. */
  public static final String APPEND = "append";

  /** Appends the {@link DeflatedBatch} that follows it; answers an {@link AppendAnswer}. */
  public static final String APPEND_DEFLATED = "append_deflated";

  /**
   * Answers a statement of the challenge (base64url) and the canonical subjects that follow it,
   * which ascend and are distinct. Writes nothing.
   */
  public static final String HEADS = "heads";

  /** Sets {@link #TICK_KEY} to the transaction's time, unless it is later; answers its value. */
  public static final String TICK = "tick";

  /**
   * Answers a canonical JSON array with the value of each key that follows it, base64url, or null
   * where there is none. Writes nothing.
   */
  public static final String STATE = "state";

  /** Holds the newest tick: ms since 1970 in decimal ASCII. */
  public static final String TICK_KEY = "tick";

  /** The most events of one append. */
  public static final int MOST_EVENTS = 600;

  /** The most keys of one call of {@link #STATE}. */
  public static final int MOST_KEYS = 10_000;

  /** The most bytes of all arguments together. */
  public static final int MOST_BYTES = 16 << 20;

  private static final String SUBJECT = "subject/";
  private static final String LEDGER_KEY = "ledger";
  // A subject's state grows with its parties and open proposals
  private static final Json.Limits VALUE = new Json.Limits(8 << 20, 16);

  private TraceFunctions() {}

  /**
   * Answers one call.
   *
   * @param channel of the ledger; it stands in statements
   * @param arguments the function's name and what it is called with
   * @param time the transaction's timestamp, in ms since 1970
   */
  public static byte[] call(WorldState state, String channel, List<byte[]> arguments, long time) {
    long bytes = arguments.stream().mapToLong(argument -> argument.length).sum();
    if (bytes > MOST_BYTES) {
      throw new MalformedEvent("call_too_large", null);
    }
    if (arguments.isEmpty()) {
      throw malformed();
    }
    List<String> batch = batch(arguments);
    if (batch != null) {
      return append(state, batch, time);
    }
    List<String> rest = words(arguments);
    return switch (text(arguments.get(0))) {
      case HEADS -> heads(state, channel, rest, time);
      case TICK -> tick(state, rest, time);
      case STATE -> values(state, rest);
      default -> throw malformed();
    };
  }

  /**
   * The call that appends these events: function and arguments, as small as they get.
   *
   * @param batch compact JWSs, at most {@link #MOST_EVENTS}
   */
  public static List<byte[]> append(List<String> batch) {
    byte[] deflated = DeflatedBatch.of(batch);
    List<byte[]> call = new ArrayList<>(2);
    if (deflated != null) {
      call.add(APPEND_DEFLATED.getBytes(StandardCharsets.UTF_8));
      call.add(deflated);
    } else {
      call.add(APPEND.getBytes(StandardCharsets.UTF_8));
      batch.forEach(event -> call.add(event.getBytes(StandardCharsets.UTF_8)));
    }
    return call;
  }

  /**
   * The compact JWSs that a call appends, in order, or null where it is a call of another function.
   *
   * @param arguments the function's name and what it is called with
   * @throws MalformedEvent {@code call_malformed} or {@code call_too_large}
   */
  public static List<String> batch(List<byte[]> arguments) {
    return switch (arguments.isEmpty() ? "" : text(arguments.get(0))) {
      case APPEND -> words(arguments);
      case APPEND_DEFLATED -> {
        if (arguments.size() != 2) {
          throw malformed();
        }
        yield DeflatedBatch.read(arguments.get(1));
      }
      default -> null;
    };
  }

  private static List<String> words(List<byte[]> arguments) {
    return arguments.stream().skip(1).map(TraceFunctions::text).toList();
  }

  private static byte[] append(WorldState state, List<String> batch, long time) {
    limit(batch, MOST_EVENTS);
    return AppendAnswer.of(Rules.append(state, batch, time), time);
  }

  private static byte[] heads(WorldState state, String channel, List<String> words, long time) {
    if (words.isEmpty()) {
      throw malformed();
    }
    byte[] challenge = Base64Url.decode(words.get(0));
    if (challenge.length < 16 || challenge.length > 64) {
      throw malformed();
    }
    List<String> subjects = words.subList(1, words.size());
    limit(subjects, Statement.MOST_SUBJECTS);
    var keys = new ArrayList<String>(subjects.size() + 2);
    String last = "";
    for (String subject : subjects) {
      Subject.parse(subject);
      if (last.compareTo(subject) >= 0) {
        throw malformed();
      }
      last = subject;
      keys.add(SUBJECT + subject);
    }
    keys.add(TICK_KEY);
    keys.add(LEDGER_KEY);
    Map<String, byte[]> values = state.load(keys);
    byte[] ledger = values.get(LEDGER_KEY);
    if (ledger == null) {
      throw new MalformedEvent("not_founded", null);
    }
    long tick = tick(values);
    // Two submitters' clocks differ a little: a statement is not before what it states
    long statedAt = Math.max(time, tick);
    SortedMap<String, Statement.Head> heads = new TreeMap<>();
    for (String subject : subjects) {
      byte[] value = values.get(SUBJECT + subject);
      if (value == null) {
        heads.put(subject, Statement.Head.NONE);
      } else {
        Json.Obj stored = (Json.Obj) Json.parse(value, VALUE);
        heads.put(
            subject,
            new Statement.Head(stored.integer("n"), Base64Url.decode(stored.text("head"))));
        statedAt = Math.max(statedAt, stored.integer("time"));
      }
    }
    String consortium = ((Json.Obj) Json.parse(ledger, VALUE)).text("consortium");
    return new Statement(challenge, channel, consortium, heads, tick, statedAt).bytes();
  }

  private static byte[] tick(WorldState state, List<String> words, long time) {
    limit(words, 0);
    long newest = tick(state.load(List.of(TICK_KEY)));
    byte[] value = Long.toString(Math.max(newest, time)).getBytes(StandardCharsets.US_ASCII);
    if (newest < time) {
      state.put(Map.of(TICK_KEY, value));
    }
    return value;
  }

  private static byte[] values(WorldState state, List<String> keys) {
    limit(keys, MOST_KEYS);
    Map<String, byte[]> values = keys.isEmpty() ? Map.of() : state.load(keys);
    var items = new ArrayList<Json>(keys.size());
    for (String key : keys) {
      byte[] value = values.get(key);
      items.add(value == null ? Json.Null.VALUE : Json.of(Base64Url.encode(value)));
    }
    return new Json.Arr(items).canonical();
  }

  private static long tick(Map<String, byte[]> values) {
    byte[] tick = values.get(TICK_KEY);
    return tick == null ? 0 : Long.parseLong(new String(tick, StandardCharsets.US_ASCII));
  }

  private static void limit(List<String> words, int most) {
    if (words.size() > most) {
      throw new MalformedEvent("call_too_large", null);
    }
  }

  static String text(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw malformed();
    }
  }

  private static MalformedEvent malformed() {
    return new MalformedEvent("call_malformed", null);
  }
}
