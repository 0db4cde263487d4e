package jp.sanchi.kernel.event;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The one table of kinds, {@code kinds.json} (wire format, section 2.2). A table with a word that
 * this class does not know does not load.
 */
public final class Kinds {
  /** Stands in {@code appends} for the consortium of every event. */
  public static final String CONSORTIUM = "sanchi:consortium";

  /** Stands in {@code appends} for the signing organisation. */
  public static final String ORGANISATION = "sanchi:organisation";

  private static final Map<String, Row> ROWS = load("kinds.json");

  private Kinds() {}

  /** Who signs a kind. */
  public enum Signer {
    /** Any enrolled key of an organisation. */
    DEVICE,
    /** An organisation's key that was enrolled as its administrator's. */
    ADMINISTRATOR,
    /** A member's administrator, by X.509 certificate. */
    MEMBER,
    /** As {@link #MEMBER}; of force once more than half of the members have signed it. */
    APPROVED,
    /** {@link #ADMINISTRATOR} or {@link #MEMBER}. */
    EITHER
  }

  /** How one member of a payload is typed (section 2.1). */
  public record Member(MemberType type, boolean required) {}

  /**
   * One kind.
   *
   * @param type the EPCIS type; empty for an administration object
   * @param action empty where the member is absent
   * @param bizStep empty where the member is absent
   * @param dispositions one of these; empty where the member is absent
   * @param members beside those that every event has; by name
   * @param appends in the table's order; {@link #CONSORTIUM} and {@link #ORGANISATION} are no
   *     members
   * @param roles the actor needs one; empty where none is needed
   * @param scheme whether the signing organisation needs the accreditation that {@code
   *     sanchi:scheme} names, where that is present
   * @param ranges members whose keys must lie in the actor's ranges
   */
  public record Row(
      String kind,
      String type,
      String action,
      String bizStep,
      List<String> dispositions,
      SortedMap<String, Member> members,
      List<String> appends,
      List<String> roles,
      boolean scheme,
      Signer signer,
      boolean corrigible,
      boolean custody,
      List<String> ranges) {

    /** Whether the payload is an administration object and no EPCIS event. */
    public boolean administration() {
      return type.isEmpty();
    }
  }

  /** The row of a kind, or null. */
  public static Row row(String kind) {
    return ROWS.get(kind);
  }

  /** All rows, by name of kind in the order of UTF-16 code units. */
  public static Map<String, Row> rows() {
    return ROWS;
  }

  private static Map<String, Row> load(String resource) {
    byte[] bytes;
    try (InputStream in = Kinds.class.getResourceAsStream(resource)) {
      bytes = in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Json.Obj table = (Json.Obj) Json.parse(bytes, new Json.Limits(1 << 20, 8));
    var rows = new LinkedHashMap<String, Row>();
    table
        .object("kinds")
        .members()
        .forEach((kind, row) -> rows.put(kind, row(kind, (Json.Obj) row)));
    return Collections.unmodifiableMap(rows);
  }

  private static Row row(String kind, Json.Obj row) {
    var members = new TreeMap<String, Member>();
    row.object("members")
        .members()
        .forEach(
            (name, type) -> {
              boolean required = !name.endsWith("?");
              members.put(
                  required ? name : name.substring(0, name.length() - 1),
                  new Member(MemberType.of(((Json.Text) type).value()), required));
            });
    return new Row(
        kind,
        row.text("type"),
        row.text("action"),
        row.text("bizStep"),
        texts(row, "dispositions"),
        Collections.unmodifiableSortedMap(members),
        named(row, "appends", members),
        texts(row, "roles"),
        row.bool("scheme"),
        Signer.valueOf(row.text("signer").toUpperCase(Locale.ROOT)),
        row.bool("corrigible"),
        row.bool("custody"),
        named(row, "ranges", members));
  }

  private static List<String> named(Json.Obj row, String name, Map<String, Member> members) {
    List<String> names = texts(row, name);
    for (String member : names) {
      if (!member.equals(CONSORTIUM)
          && !member.equals(ORGANISATION)
          && (!members.containsKey(member) || !members.get(member).type().namesSubjects())) {
        throw new IllegalStateException(name + " of a kind names " + member);
      }
    }
    return names;
  }

  private static List<String> texts(Json.Obj row, String name) {
    var texts = new ArrayList<String>();
    for (Json item : row.array(name).items()) {
      texts.add(((Json.Text) item).value());
    }
    return List.copyOf(texts);
  }
}
