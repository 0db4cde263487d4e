package jp.sanchi.server.parties;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import javax.sql.DataSource;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.server.platform.Answers;
import jp.sanchi.server.platform.Failure;

/** What organisations call themselves: out of the documents that they have described. */
@Singleton
public class OrganisationNames {
  private final DataSource database;

  @Inject
  public OrganisationNames(DataSource database) {
    this.database = database;
  }

  /**
   * By GLN, an object of languages and names; JSON null for one that is not described, or whose
   * description was withdrawn.
   */
  public Map<String, Json> of(Collection<String> glns) {
    return described(glns, OrganisationNames::name);
  }

  /**
   * By GLN, how an organisation is reached, as it says itself: a text, or an object of languages
   * and texts; JSON null where it says nothing.
   */
  public Map<String, Json> contacts(Collection<String> glns) {
    return described(glns, OrganisationNames::contact);
  }

  private Map<String, Json> described(Collection<String> glns, Function<byte[], Json> member) {
    Map<String, Json> found = new TreeMap<>();
    glns.forEach(gln -> found.put(gln, Json.Null.VALUE));
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "select o.gln, d.body from organisation o join document d on d.hash = o.document"
                    + " where o.gln = any(?)")) {
      select.setArray(1, connection.createArrayOf("text", glns.toArray()));
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          found.put(row.getString(1), member.apply(row.getBytes(2)));
        }
      }
      return found;
    } catch (SQLException e) {
      throw new Failure("descriptions can't be read", e);
    }
  }

  /**
   * By the kid of one of its keys, what the organisation calls who holds it; for its own eyes. Keys
   * that nobody was invited for have no name.
   */
  public Map<String, String> devices(String gln, Collection<String> kids) {
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "select kid, name from invitation where organisation = ? and kid = any(?)")) {
      select.setString(1, gln);
      select.setArray(2, connection.createArrayOf("text", kids.toArray()));
      Map<String, String> names = new TreeMap<>();
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          names.put(row.getString(1), row.getString(2));
        }
      }
      return names;
    } catch (SQLException e) {
      throw new Failure("names of devices can't be read", e);
    }
  }

  /**
   * What an organisation says of itself, without the salt; JSON null for one that is not described.
   * Who describes it anew keeps what it does not change.
   */
  Json described(String gln) {
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "select d.body from organisation o join document d on d.hash = o.document"
                    + " where o.gln = ?")) {
      select.setString(1, gln);
      try (ResultSet row = select.executeQuery()) {
        Json.Obj described = row.next() ? Described.read(row.getBytes(1)) : null;
        if (described != null) {
          TreeMap<String, Json> members = new TreeMap<>(described.members());
          members.remove("salt");
          return new Json.Obj(members);
        }
      }
      return Json.Null.VALUE;
    } catch (SQLException e) {
      throw new Failure("descriptions can't be read", e);
    }
  }

  /**
   * An organisation as answers show it: its GLN and its name, both JSON null for none.
   *
   * @param known what {@link #of} answered
   */
  public static Json shown(String gln, Map<String, Json> known) {
    return Json.object(
        "gln",
        Answers.text(gln),
        "name",
        gln == null ? Json.Null.VALUE : known.getOrDefault(gln, Json.Null.VALUE));
  }

  /** The {@code name} of a described document: an object, or JSON null. */
  public static Json name(byte[] document) {
    return Described.member(document, "name", Json.Obj.class);
  }

  private static Json contact(byte[] document) {
    Json text = Described.member(document, "contact", Json.Text.class);
    return text instanceof Json.Text ? text : Described.member(document, "contact", Json.Obj.class);
  }
}
