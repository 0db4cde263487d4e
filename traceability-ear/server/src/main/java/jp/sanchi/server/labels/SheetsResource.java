package jp.sanchi.server.labels;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Semaphore;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.event.MalformedEvent;
import jp.sanchi.kernel.event.Reason;
import jp.sanchi.kernel.event.Serial;
import jp.sanchi.kernel.event.ShortCode;
import jp.sanchi.kernel.history.Subject;
import jp.sanchi.server.devices.Fields;
import jp.sanchi.server.devices.Origins;
import jp.sanchi.server.devices.Sessions;
import jp.sanchi.server.parties.OrganisationNames;
import jp.sanchi.server.platform.Fault;
import jp.sanchi.server.platform.Problem;
import jp.sanchi.server.platform.Tenants;

/**
 * Makes the PDF of a printed run. The serials come from the browser that made and signed the run;
 * they pass through here and are not kept.
 */
@Path("sheets")
@Singleton
public class SheetsResource {
  private static final int MOST_BYTES = 64 * 1024;
  private static final int HASH = 32;

  /** A sheet takes a second of a processor and some 20 MB. */
  private static final Semaphore BUSY = new Semaphore(2);

  private final Sessions sessions;
  private final Origins origins;
  private final Tenants tenants;

  @Inject
  public SheetsResource(Sessions sessions, Origins origins, Tenants tenants) {
    this.sessions = sessions;
    this.origins = origins;
    this.tenants = tenants;
  }

  private record Run(String printer, byte[] product, byte[] producer, byte[] hashes) {}

  /**
   * 404 for a run that the asker has not printed, 503 before its hashes are here; 422 for a serial
   * that is not of the run.
   */
  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @Produces("application/pdf")
  public byte[] sheet(InputStream body, @Context HttpServletRequest request) throws IOException {
    String gln = sessions.required(request).organisation();
    Fields fields =
        Fields.read(
            body, MOST_BYTES, "gtin", "run", "serials", "format", "language", "lot", "place");
    String gtin = fields.text("gtin", 14);
    String run = fields.text("run", 4);
    List<String> serials = fields.texts("serials", Serial.RUN_LABELS, 20);
    Format format = format(fields.text("format", 10));
    String language = fields.text("language", 2);
    String lot = fields.has("lot") ? fields.text("lot", 20) : "";
    String place = fields.has("place") ? fields.text("place", 13) : null;
    String subject = subject(gtin, run);
    String host = origins.required(request);

    List<LabelSheet.Label> labels = new ArrayList<>();
    LabelText text =
        tenants.as(
            gln,
            view -> {
              Run known =
                  view.row(
                          """
                          select r.printer, p.body, o.body, l.hashes from seen_run r
                          left join product t on t.gtin = r.gtin
                          left join document p on p.hash = t.document
                          left join organisation n on n.gln = r.printer
                          left join document o on o.hash = n.document
                          left join label_run l on l.root = r.root
                          where r.subject = ?
                          """,
                          row ->
                              new Run(
                                  row.getString(1),
                                  row.getBytes(2),
                                  row.getBytes(3),
                                  row.getBytes(4)),
                          subject)
                      .orElseThrow(() -> Problem.of(Fault.NOT_FOUND));
              if (known.hashes == null) {
                throw Problem.retry(Fault.LABELS_AWAITED, 1);
              }
              for (int i = 0; i < serials.size(); i++) {
                labels.add(label(known, gtin, run, serials.get(i), i, host));
              }
              if (!lot.isEmpty() && !isLot(view, gtin, lot)) {
                throw Problem.refused(422, Reason.LOT_UNKNOWN);
              }
              return text(known, language, lot, place == null ? null : place(view, place));
            });
    return checked(format, text, labels);
  }

  private static byte[] checked(Format format, LabelText text, List<LabelSheet.Label> labels)
      throws IOException {
    if (!BUSY.tryAcquire()) {
      throw Problem.retry(Fault.UNAVAILABLE, 3);
    }
    try {
      byte[] pdf = new LabelSheet(format, text).checked(labels);
      if (pdf == null) {
        throw new IllegalStateException("a code on the sheet can't be read again");
      }
      return pdf;
    } catch (LabelSheet.CodeTooLarge e) {
      throw Problem.of(Fault.CODE_TOO_LARGE);
    } finally {
      BUSY.release();
    }
  }

  private static LabelSheet.Label label(
      Run known, String gtin, String run, String text, int index, String host) {
    try {
      Serial serial = Serial.parse(text);
      byte[] hash = Serial.hash(gtin, text);
      int at = serial.number() * HASH;
      if (serial.run().equals(run)
          && at + HASH <= known.hashes.length
          && Arrays.equals(hash, Arrays.copyOfRange(known.hashes, at, at + HASH))) {
        return new LabelSheet.Label(
            host + "/01/" + gtin + "/21/" + text,
            ShortCode.ofLabel(gtin, run, serial.number()).text());
      }
    } catch (MalformedEvent e) {
      // As little of the run as any other
    }
    throw Problem.of(Fault.LABELS_NOT_ANNOUNCED, "/serials/" + index);
  }

  private static LabelText text(Run run, String language, String lot, Json place) {
    boolean japanese = language.equals("ja");
    Json product = OrganisationNames.name(run.product);
    String name = in(product, language);
    String other = in(product, japanese ? "en" : "ja");
    return new LabelText(
        name.isEmpty() ? other : name,
        name.isEmpty() || other.equals(name) ? "" : other,
        first(OrganisationNames.name(run.producer), language),
        first(place, language),
        lot,
        japanese ? "ロット" : "Lot",
        japanese ? "手入力用コード" : "code to type");
  }

  private static String first(Json name, String language) {
    String own = in(name, language);
    return own.isEmpty() ? in(name, language.equals("ja") ? "en" : "ja") : own;
  }

  private static String in(Json name, String language) {
    return name instanceof Json.Obj names && names.get(language) instanceof Json.Text text
        ? text.value()
        : "";
  }

  private static boolean isLot(Tenants.View view, String gtin, String lot) {
    return view.row("select 1 from seen_lot where gtin = ? and lot = ?", row -> 1, gtin, lot)
        .isPresent();
  }

  private static Json place(Tenants.View view, String gln) {
    return view.row(
            """
            select d.body from seen_place p join document d on d.hash = p.document
            where p.gln = ?
            """,
            row -> OrganisationNames.name(row.getBytes(1)),
            gln)
        .orElse(Json.Null.VALUE);
  }

  private static Format format(String word) {
    return switch (word) {
      case "a4" -> Format.A4;
      case "roll62" -> Format.ROLL62;
      default -> throw Fields.malformed("format");
    };
  }

  private static String subject(String gtin, String run) {
    try {
      return Subject.of(Subject.Kind.RUN, gtin, run).text();
    } catch (MalformedEvent e) {
      throw Problem.of(Fault.NOT_FOUND);
    }
  }
}
