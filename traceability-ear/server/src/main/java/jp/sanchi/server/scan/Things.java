package jp.sanchi.server.scan;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.sql.DataSource;
import jp.sanchi.kernel.event.Base64Url;
import jp.sanchi.kernel.event.DigitalLink;
import jp.sanchi.kernel.event.Gs1;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.event.MalformedEvent;
import jp.sanchi.kernel.event.Percent;
import jp.sanchi.kernel.event.Serial;
import jp.sanchi.kernel.event.ShortCode;
import jp.sanchi.kernel.event.TraceEvent;
import jp.sanchi.kernel.history.OrganisationRights;
import jp.sanchi.kernel.history.Standing;
import jp.sanchi.kernel.history.Subject;
import jp.sanchi.server.bundles.Histories;
import jp.sanchi.server.capture.CurrentState;
import jp.sanchi.server.parties.OrganisationNames;
import jp.sanchi.server.platform.Failure;
import jp.sanchi.server.platform.Fault;
import jp.sanchi.server.platform.Problem;

/**
 * What a scanned code is and how it stands, without proof: for the people who work with it. Names
 * and states come from the projection and may be some seconds behind.
 */
@Singleton
class Things {
  private static final int CRATE_DAYS = 14;

  private final DataSource database;
  private final Histories histories;
  private final CurrentState state;
  private final OrganisationNames organisations;

  @Inject
  Things(
      DataSource database,
      Histories histories,
      CurrentState state,
      OrganisationNames organisations) {
    this.database = database;
    this.histories = histories;
    this.state = state;
    this.organisations = organisations;
  }

  /** A label, by what its serial says or by a code that was typed. */
  private record Label(String gtin, String run, int number, byte[] hash) {}

  /**
   * @param asker GLN of whose device asks
   */
  Json.Obj of(DigitalLink link, String asker) {
    List<String> roles = roles(asker);
    return switch (link.key()) {
      case GTIN -> {
        if (link.serial() != null) {
          yield labelled(label(link), link, roles);
        }
        if (link.lot() != null) {
          yield lot(link, roles);
        }
        throw new MalformedEvent("subject_unsupported", null);
      }
      case SSCC ->
          unit(Subject.of(Subject.Kind.SSCC, link.value()).text(), null, link, roles, asker);
      case GRAI -> returnable(link, roles, asker);
      case GIAI -> box(link, roles);
      case PLACE -> place(link, roles);
      default -> throw new MalformedEvent("subject_unsupported", null);
    };
  }

  /**
   * The package of a code that was typed; 404 unless the asker, or whom it may record for, printed
   * the label.
   */
  Json.Obj typed(String code, String asker) {
    ShortCode typed = ShortCode.parse(code);
    for (Map.Entry<String, byte[]> run : runs(typed.run(), asker).entrySet()) {
      if (typed.fits(run.getKey())) {
        byte[] hash = hash(run.getValue(), typed.number());
        Label label = new Label(run.getKey(), typed.run(), typed.number(), hash);
        return labelled(label, null, roles(asker));
      }
    }
    throw Problem.of(Fault.NOT_FOUND);
  }

  private static Label label(DigitalLink link) {
    Serial serial = Serial.parse(link.serial());
    byte[] hash = Serial.hash(link.value(), link.serial());
    return new Label(link.value(), serial.run(), serial.number(), hash);
  }

  private Json.Obj labelled(Label label, DigitalLink link, List<String> roles) {
    String subject = "package/" + Base64Url.encode(label.hash());
    String run = Subject.of(Subject.Kind.RUN, label.gtin(), label.run()).text();
    Map<String, List<Standing>> known = histories.standings(List.of(subject, run));
    String standing = known.get(run).isEmpty() ? "unknown" : "printed";
    String lot = null;
    List<String> units = new ArrayList<>();
    for (Standing event : known.get(run)) {
      if (event.is("labels_printed") && event.event().integer("sanchi:count") <= label.number()) {
        standing = "unknown";
      } else if (event.live() && covers(event.event(), label.number())) {
        switch (event.event().kind()) {
          case "labels_bound" -> {
            standing = "bound";
            lot = event.event().lots("quantityList").get(0);
          }
          case "labels_voided", "packages_relabelled" -> standing = "voided";
          default -> {
            // Nothing else is about single numbers of its own run
          }
        }
      } else if (event.live() && event.is("packed") && packs(event.event(), label)) {
        units.add(linkOf(event.event().units("parentID").get(0)));
      }
    }
    List<Standing> own = known.get(subject);
    Json.Obj thing =
        described("package", subject, link, own)
            .with("gtin", Json.of(label.gtin()))
            .with("product", productName(label.gtin()))
            .with("lot", lot == null ? Json.Null.VALUE : Json.of(linkOf(lot)))
            .with(
                "label",
                Json.object("number", label.number(), "run", label.run(), "state", standing))
            .with("units", Json.array(units.toArray()))
            .with("recalledSince", lot == null ? Json.Null.VALUE : recalledSince(lot));
    List<String> steps =
        standing.equals("printed") || standing.equals("bound")
            ? NextSteps.ofPackage(roles, own, standing.equals("bound"))
            : List.of();
    return thing.with("steps", Json.array(steps.toArray()));
  }

  private static boolean covers(TraceEvent event, int number) {
    return event.payload().has("sanchi:first")
        && event.payload().has("sanchi:last")
        && number >= event.integer("sanchi:first")
        && number <= event.integer("sanchi:last");
  }

  private static boolean packs(TraceEvent event, Label label) {
    return event.labels("sanchi:packages").stream()
        .anyMatch(
            range ->
                range.gtin().equals(label.gtin())
                    && range.run().equals(label.run())
                    && label.number() >= range.first()
                    && label.number() <= range.last());
  }

  private Json.Obj lot(DigitalLink link, List<String> roles) {
    String subject = Subject.of(Subject.Kind.LOT, link.value(), link.lot()).text();
    List<Standing> history = histories.standings(List.of(subject)).get(subject);
    return described("lot", subject, link, history)
        .with("gtin", Json.of(link.value()))
        .with("product", productName(link.value()))
        .with("lot", Json.of(linkOf(subject)))
        .with("facts", LotFacts.of(history, roles).json())
        .with("recalledSince", recalledSince(subject))
        .with("steps", Json.array(NextSteps.ofLot(roles, history).toArray()));
  }

  /** A GRAI is a cold box if windows were recorded of it, else a crate that holds goods. */
  private Json.Obj returnable(DigitalLink link, List<String> roles, String asker) {
    String key = Percent.encode(link.value());
    if (exists("select 1 from history where subject ^@ ? limit 1", "box/" + key + "/")) {
      return box(link, roles);
    }
    String crate =
        first(
            "select subject from history where subject ^@ ? and record_time > ?"
                + " order by record_time desc limit 1",
            "crate/" + key + "/",
            System.currentTimeMillis() - CRATE_DAYS * 86_400_000L);
    if (crate == null) {
      return described("unit", null, link, List.of())
          .with("day", Json.Null.VALUE)
          .with("steps", Json.array(NextSteps.ofUnit(roles, List.of(), asker).toArray()));
    }
    return unit(crate, Subject.parse(crate).values().get(1), link, roles, asker);
  }

  private Json.Obj unit(
      String subject, String day, DigitalLink link, List<String> roles, String asker) {
    List<Standing> history = histories.standings(List.of(subject)).get(subject);
    String box = null;
    List<String> lots = new ArrayList<>();
    for (Standing event : history) {
      if (event.live()) {
        switch (event.event().kind()) {
          case "loaded" -> box = event.event().text("parentID");
          case "unloaded", "received", "unpacked" -> box = null;
          case "packed", "packed_lot" ->
              event.event().lots("childQuantityList").stream()
                  .filter(lot -> !lots.contains(lot))
                  .forEach(lots::add);
          default -> {
            // Changes neither where it is nor what is in it
          }
        }
      }
    }
    Json recalled = Json.Null.VALUE;
    List<Json> contents = new ArrayList<>();
    for (String lot : lots) {
      contents.add(
          Json.object("lot", linkOf(lot), "product", productName(Subject.parse(lot).value())));
      recalled = recalled == Json.Null.VALUE ? recalledSince(lot) : recalled;
    }
    return described("unit", subject, link, history)
        .with("box", box == null ? Json.Null.VALUE : Json.of(box))
        .with("contents", new Json.Arr(contents))
        .with("day", day == null ? Json.Null.VALUE : Json.of(day))
        .with("recalledSince", recalled)
        .with("steps", Json.array(NextSteps.ofUnit(roles, history, asker).toArray()));
  }

  private Json.Obj box(DigitalLink link, List<String> roles) {
    return described("box", null, link, List.of())
        .with("steps", Json.array(NextSteps.ofBox(roles).toArray()));
  }

  private Json.Obj place(DigitalLink link, List<String> roles) {
    return described("place", "place/" + link.value(), link, List.of())
        .with("place", placeName(link.value()))
        .with("steps", Json.array(NextSteps.ofPlace(roles).toArray()));
  }

  /** What every answer has. */
  private Json.Obj described(
      String type, String subject, DigitalLink link, List<Standing> history) {
    Json last = Json.Null.VALUE;
    Json place = Json.Null.VALUE;
    for (Standing event : history) {
      if (event.live() && event.event().actor() != null) {
        String actor = event.event().actor();
        last =
            Json.object(
                "eventTime",
                event.event().eventTime(),
                "kind",
                event.event().kind(),
                "organisation",
                Json.object("gln", actor, "name", organisations.of(List.of(actor)).get(actor)));
        if (event.event().row() != null
            && event.event().payload().get("readPoint") instanceof Json.Obj point) {
          place = placeName(DigitalLink.parse(point.text("id")).value());
        }
      }
    }
    return Json.object(
        "last",
        last,
        "link",
        link == null ? Json.Null.VALUE : Json.of(link.canonical()),
        "place",
        place,
        "subject",
        subject == null ? Json.Null.VALUE : Json.of(subject),
        "type",
        type);
  }

  private List<String> roles(String asker) {
    return state.organisation(asker).map(OrganisationRights::roles).orElse(List.of());
  }

  private static String linkOf(String subject) {
    Subject of = Subject.parse(subject);
    return switch (of.kind()) {
      case LOT -> DigitalLink.lot(of.value(), of.values().get(1)).canonical();
      case SSCC -> DigitalLink.of(Gs1.Key.SSCC, of.value()).canonical();
      case CRATE -> DigitalLink.of(Gs1.Key.GRAI, of.value()).canonical();
      default -> throw new IllegalArgumentException(subject);
    };
  }

  private Json productName(String gtin) {
    return name(
        "select d.body from product p join document d on d.hash = p.document where p.gtin = ?",
        gtin);
  }

  private Json placeName(String gln) {
    return Json.object(
        "gln",
        gln,
        "name",
        name(
            "select d.body from place p join document d on d.hash = p.document where p.gln = ?",
            gln));
  }

  private Json name(String sql, String key) {
    return with(
        sql,
        select -> {
          select.setString(1, key);
          try (ResultSet row = select.executeQuery()) {
            return OrganisationNames.name(row.next() ? row.getBytes(1) : null);
          }
        });
  }

  private Json recalledSince(String lot) {
    return with(
        "select recalled_since from lot where subject = ?",
        select -> {
          select.setString(1, lot);
          try (ResultSet row = select.executeQuery()) {
            return row.next() && row.getTimestamp(1) != null
                ? Json.of(row.getTimestamp(1).getTime())
                : Json.Null.VALUE;
          }
        });
  }

  /** By GTIN, the root of the runs of this name that the asker, or whom it records for, printed. */
  private Map<String, byte[]> runs(String run, String asker) {
    return with(
        """
        select gtin, root from run where run = ?
        and (printer = ? or printer in (select organisation from agent where agent = ?))
        """,
        select -> {
          select.setString(1, run);
          select.setString(2, asker);
          select.setString(3, asker);
          Map<String, byte[]> found = new TreeMap<>();
          try (ResultSet row = select.executeQuery()) {
            while (row.next()) {
              found.put(row.getString(1), row.getBytes(2));
            }
          }
          return found;
        });
  }

  private byte[] hash(byte[] root, int number) {
    Optional<byte[]> hashes =
        with(
            "select hashes from label_run where root = ?",
            select -> {
              select.setBytes(1, root);
              try (ResultSet row = select.executeQuery()) {
                return row.next() ? Optional.of(row.getBytes(1)) : Optional.empty();
              }
            });
    ByteBuffer all =
        ByteBuffer.wrap(hashes.orElseThrow(() -> Problem.retry(Fault.LABELS_AWAITED, 10)));
    byte[] hash = new byte[32];
    if ((number + 1) * hash.length > all.capacity()) {
      throw Problem.of(Fault.NOT_FOUND);
    }
    all.get(number * hash.length, hash);
    return hash;
  }

  private boolean exists(String sql, String prefix) {
    return with(
        sql,
        select -> {
          select.setString(1, prefix);
          try (ResultSet row = select.executeQuery()) {
            return row.next();
          }
        });
  }

  private String first(String sql, String prefix, long since) {
    return with(
        sql,
        select -> {
          select.setString(1, prefix);
          select.setLong(2, since);
          try (ResultSet row = select.executeQuery()) {
            return row.next() ? row.getString(1) : null;
          }
        });
  }

  private interface Use<T> {
    T of(PreparedStatement statement) throws SQLException;
  }

  private <T> T with(String sql, Use<T> use) {
    try (Connection connection = database.getConnection();
        PreparedStatement statement = connection.prepareStatement(sql)) {
      return use.of(statement);
    } catch (SQLException e) {
      throw new Failure("the projection can't be read", e);
    }
  }
}
