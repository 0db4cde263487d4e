package jp.sanchi.kernel.history;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import jp.sanchi.kernel.event.Base64Url;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.event.TraceEvent;

/**
 * What the ledger knows of one event that it holds.
 *
 * @param actor GLN, or null where a member's administrator signed
 * @param declaration whether it declares another event an error
 * @param corrected whether another event declares it an error
 * @param body hash of what an error declaration of it must repeat; null where none is allowed
 */
record EventState(
    String id,
    long recordTime,
    String kind,
    String actor,
    String kid,
    List<String> subjects,
    boolean declaration,
    boolean corrected,
    String body) {
  private static final Json.Limits LIMITS = new Json.Limits(1 << 20, 4);

  static EventState of(TraceEvent event, long recordTime) {
    boolean correctable = event.row().corrigible() && !event.declaresError();
    return new EventState(
        event.id(),
        recordTime,
        event.kind(),
        event.actor(),
        event.jws().kid(),
        event.subjects(),
        event.declaresError(),
        false,
        correctable ? body(event) : null);
  }

  /** SHA-256 of the payload without what tells an error declaration from the event it corrects. */
  static String body(TraceEvent event) {
    return sha256(
        event
            .payload()
            .without("errorDeclaration")
            .without("sanchi:corrects")
            .without("sanchi:loggedAt"));
  }

  static String sha256(Json value) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest(value.canonicalText().getBytes(StandardCharsets.UTF_8));
      return Base64Url.encode(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  EventState whenCorrected() {
    return new EventState(id, recordTime, kind, actor, kid, subjects, declaration, true, body);
  }

  static EventState read(String id, byte[] json) {
    Json.Obj state = (Json.Obj) Json.parse(json, LIMITS);
    return new EventState(
        id,
        state.integer("recordTime"),
        state.text("kind"),
        state.has("actor") ? state.text("actor") : null,
        state.text("kid"),
        state.array("subjects").items().stream().map(item -> ((Json.Text) item).value()).toList(),
        state.has("declaration"),
        state.has("corrected"),
        state.has("body") ? state.text("body") : null);
  }

  byte[] canonical() {
    Json.Obj state =
        Json.object("recordTime", recordTime, "kind", kind, "kid", kid, "subjects", subjects);
    state = actor == null ? state : state.with("actor", Json.of(actor));
    state = declaration ? state.with("declaration", Json.of(true)) : state;
    state = corrected ? state.with("corrected", Json.of(true)) : state;
    state = body == null ? state : state.with("body", Json.of(body));
    return state.canonical();
  }
}
