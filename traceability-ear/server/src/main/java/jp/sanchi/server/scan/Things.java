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
import java.util.Locale;
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
  private final Recalls recalls;

  @Inject
  Things(
      DataSource database,
      Histories histories,
      CurrentState state,
      OrganisationNames organisations,
      Recalls recalls) {
    this.database = database;
    this.histories = histories;
    this.state = state;
    this.organisations = organisations;
    this.recalls = recalls;
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

  private static final int MOST_LOTS = 8;

  /**
   * The lots that somebody may mean by a name, however they write its letters: the asker's own and
   * those of whom it records for first, then the newest.
   */
  Json.Obj lotsNamed(String name, String asker) {
    String bare = name.strip().replaceAll("[- ]", "").toUpperCase(Locale.ROOT);
    List<Json> found =
        with(
            """
            select l.gtin, l.lot, l.commissioner, d.body,
              l.commissioner = ? or exists (
                select from agent a where a.agent = ? and a.organisation = l.commissioner) own
            from lot l
            left join product p on p.gtin = l.gtin
            left join document d on d.hash = p.document
            where upper(translate(l.lot, '- ', '')) = ? and l.commissioner is not null
              and not l.withdrawn
            order by own desc, l.commissioned_at desc, l.subject limit ?
            """,
            select -> {
              select.setString(1, asker);
              select.setString(2, asker);
              select.setString(3, bare);
              select.setInt(4, MOST_LOTS);
              List<Json> lots = new ArrayList<>();
              try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                  lots.add(
                      Json.object(
                          "commissioner",
                          party(row.getString(3)),
                          "gtin",
                          row.getString(1),
                          "link",
                          DigitalLink.lot(row.getString(1), row.getString(2)).canonical(),
                          "lot",
                          row.getString(2),
                          "own",
                          row.getBoolean(5),
                          "product",
                          OrganisationNames.name(row.getBytes(4))));
                }
              }
              return lots;
            });
    return Json.object("lots", new Json.Arr(found));
  }

  private Json party(String gln) {
    return gln == null
        ? Json.Null.VALUE
        : OrganisationNames.shown(gln, organisations.of(List.of(gln)));
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
            .with("units", Json.array(units.toArray()));
    List<Json> recalled = lot == null ? List.of() : recalls.of(List.of(lot));
    thing = recalled(thing, recalled);
    List<String> steps =
        standing.equals("printed") || standing.equals("bound")
            ? NextSteps.ofPackage(
                roles, own, standing.equals("bound"), !units.isEmpty(), !recalled.isEmpty())
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
    Json.Obj lot =
        described("lot", subject, link, history)
            .with("commissioner", party(commissioner(history)))
            .with("gtin", Json.of(link.value()))
            .with("product", productName(link.value()))
            .with("lot", Json.of(linkOf(subject)))
            .with("facts", LotFacts.of(history, roles).json())
            .with("steps", Json.array(NextSteps.ofLot(roles, history).toArray()));
    return recalled(lot, recalls.of(List.of(subject)));
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
          .with("steps", Json.array(NextSteps.ofUnit(roles, List.of(), asker, false).toArray()));
    }
    return unit(crate, Subject.parse(crate).values().get(1), link, roles, asker);
  }

  private Json.Obj unit(
      String subject, String day, DigitalLink link, List<String> roles, String asker) {
    List<Standing> history = histories.standings(List.of(subject)).get(subject);
    String box = null;
    for (Standing event : history) {
      if (event.live()) {
        switch (event.event().kind()) {
          case "loaded" -> box = event.event().text("parentID");
          case "unloaded", "received", "unpacked" -> box = null;
          default -> {
            // Does not change where it is
          }
        }
      }
    }
    Contents contents = Contents.of(subject, history, histories);
    List<Json> recalled = recalls.of(contents.lots().keySet());
    List<Json> held = new ArrayList<>();
    contents
        .lots()
        .forEach(
            (lot, of) ->
                held.add(
                    Json.object(
                        "direct",
                        of.direct(),
                        "kilograms",
                        of.kilograms(),
                        "lot",
                        linkOf(lot),
                        "packages",
                        of.packages(),
                        "product",
                        productName(Subject.parse(lot).value()))));
    List<Standing> custody = Contents.custody(subject, history, histories);
    Json.Obj unit =
        described("unit", subject, link, history)
            .with("box", box == null ? Json.Null.VALUE : Json.of(box))
            .with("contents", new Json.Arr(held))
            .with("day", day == null ? Json.Null.VALUE : Json.of(day))
            .with("shipment", shipment(custody))
            .with("units", Json.of(contents.units().size()))
            .with(
                "steps",
                Json.array(NextSteps.ofUnit(roles, custody, asker, !recalled.isEmpty()).toArray()));
    return recalled(unit, recalled);
  }

  /** Who sent it to whom last; JSON null where nobody did, or where it was taken in since. */
  private Json shipment(List<Standing> custody) {
    Json shipment = Json.Null.VALUE;
    for (Standing standing : custody) {
      TraceEvent event = standing.event();
      if (standing.is("shipped", "returned")) {
        List<Json> to = event.parties("destinationList").stream().map(this::party).toList();
        shipment =
            Json.object(
                "from",
                party(event.actor()),
                "kind",
                event.kind(),
                "time",
                event.eventTime(),
                "to",
                new Json.Arr(to));
      } else if (standing.is("received") && shipment instanceof Json.Obj sent) {
        shipment = sent.with("received", party(event.actor()));
      }
    }
    return shipment;
  }

  private static Json.Obj recalled(Json.Obj thing, List<Json> recalls) {
    return thing
        .with("recalls", new Json.Arr(recalls))
        .with(
            "recalledSince",
            recalls.isEmpty() ? Json.Null.VALUE : ((Json.Obj) recalls.get(0)).get("since"));
  }

  private static String commissioner(List<Standing> history) {
    return history.stream()
        .filter(standing -> standing.live() && standing.commissions())
        .map(standing -> standing.event().actor())
        .findFirst()
        .orElse(null);
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
