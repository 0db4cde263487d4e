package jp.sanchi.server.labels;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Semaphore;
import javax.imageio.ImageIO;
import jp.sanchi.kernel.event.DigitalLink;
import jp.sanchi.kernel.event.MalformedEvent;
import jp.sanchi.kernel.event.Serial;
import jp.sanchi.kernel.event.ShortCode;
import jp.sanchi.kernel.history.Subject;
import jp.sanchi.server.capture.CurrentState;
import jp.sanchi.server.devices.Fields;
import jp.sanchi.server.devices.Origins;
import jp.sanchi.server.devices.Sessions;
import jp.sanchi.server.platform.Fault;
import jp.sanchi.server.platform.Problem;
import jp.sanchi.server.platform.Tenants;

/**
 * Makes sheets, pictures and shelf cards. A run's serials come from the browser that made and
 * signed the run; they pass through here and are not kept.
 */
@Path("sheets")
@Singleton
@Consumes(MediaType.APPLICATION_JSON)
public class SheetsResource {
  private static final String SVG = "image/svg+xml";

  /** By comma, what the paper has no room for; who prints must not believe that it stands there. */
  private static final String NOT_PRINTED = "Sanchi-Not-Printed";

  private static final int MOST_BYTES = 64 * 1024;
  private static final int HASH = 32;
  private static final int MOST_CARDS = 40;
  private static final String SAMPLE_RUN = "0000";

  /** A sheet takes a second of a processor and some 20 MB. */
  private static final Semaphore BUSY = new Semaphore(2);

  private final Sessions sessions;
  private final Origins origins;
  private final Tenants tenants;
  private final CurrentState state;

  @Inject
  public SheetsResource(Sessions sessions, Origins origins, Tenants tenants, CurrentState state) {
    this.sessions = sessions;
    this.origins = origins;
    this.tenants = tenants;
    this.state = state;
  }

  private record Run(String printer, byte[] hashes) {}

  /**
   * What is to be drawn.
   *
   * @param start the first cell that is still on the paper, from 0
   */
  private record Order(Format format, LabelText text, List<LabelSheet.Label> labels, int start) {}

  /**
   * The PDF of a printed run. 404 for a run that the asker has not printed, 503 before its hashes
   * are here; 422 for a serial that is not of the run, and for a product's name that the paper has
   * no room for. {@code start} is the first cell of a sheet that was used before, from 1.
   */
  @POST
  @Produces("application/pdf")
  public byte[] sheet(
      InputStream body, @Context HttpServletRequest request, @Context HttpServletResponse response)
      throws IOException {
    return pdf(
        ofRun(fields(body, "run", "serials", "start"), Serial.RUN_LABELS, request), response);
  }

  /** One label of a printed run as a picture, for label software; errors as with sheets. */
  @POST
  @Path("png")
  @Produces("image/png")
  public byte[] png(
      InputStream body, @Context HttpServletRequest request, @Context HttpServletResponse response)
      throws IOException {
    Order order = ofRun(fields(body, "run", "serials"), 1, request);
    return drawn(
        order,
        response,
        sheet -> {
          var png = new ByteArrayOutputStream();
          ImageIO.write(picture(sheet, order), "png", png);
          return png.toByteArray();
        });
  }

  /** The same in vectors, words as outlines. */
  @POST
  @Path("svg")
  @Produces(SVG)
  public byte[] svg(
      InputStream body, @Context HttpServletRequest request, @Context HttpServletResponse response)
      throws IOException {
    Order order = ofRun(fields(body, "run", "serials"), 1, request);
    return drawn(
        order,
        response,
        sheet -> {
          // The picture is what can be read again; the vectors are of the same label
          picture(sheet, order);
          return utf8(sheet.svg(order.labels.get(0)));
        });
  }

  private static BufferedImage picture(LabelSheet sheet, Order order) throws IOException {
    BufferedImage picture = sheet.picture(order.labels.get(0));
    if (picture == null) {
      throw unreadable();
    }
    return picture;
  }

  /** How a label or a card will look, drawn by what draws the sheet; its code leads nowhere. */
  @POST
  @Path("sample")
  @Produces(SVG)
  public byte[] sample(
      InputStream body, @Context HttpServletRequest request, @Context HttpServletResponse response)
      throws IOException {
    Fields fields = fields(body);
    String gln = sessions.required(request).organisation();
    Format format = format(fields, Format.ALL);
    String gtin = gtin(fields);
    PrintedWords words = PrintedWords.of(fields);
    LabelText text =
        tenants
            .as(gln, view -> words.on(view, gln, fishes(gln), gtin, format.card()))
            .asSample(words.sample());
    String serial = SAMPLE_RUN + SAMPLE_RUN + "0".repeat(12);
    String link = origins.required(request) + "/01/" + gtin + "/21/" + serial;
    String shortCode = format.card() ? "" : ShortCode.ofLabel(gtin, SAMPLE_RUN, 0).text();
    Order order = new Order(format, text, List.of(new LabelSheet.Label(link, shortCode)), 0);
    return drawn(order, response, sheet -> utf8(sheet.svg(order.labels.get(0))));
  }

  /**
   * Cards for a shelf or a farm stand where goods lie loose: the code is the lot's own. 422 for a
   * lot that is none of the asker's.
   */
  @POST
  @Path("cards")
  @Produces("application/pdf")
  public byte[] cards(
      InputStream body, @Context HttpServletRequest request, @Context HttpServletResponse response)
      throws IOException {
    Fields fields = fields(body, "count");
    String gln = sessions.required(request).organisation();
    Format format = format(fields, Format.CARDS);
    String gtin = gtin(fields);
    String lot = fields.text("lot", 20);
    int count = fields.number("count", 1, MOST_CARDS);
    PrintedWords words = PrintedWords.of(fields);
    LabelText text = tenants.as(gln, view -> words.on(view, gln, fishes(gln), gtin, true));
    String link = origins.required(request) + DigitalLink.lot(gtin, lot).path();
    return pdf(
        new Order(format, text, Collections.nCopies(count, new LabelSheet.Label(link, "")), 0),
        response);
  }

  private Order ofRun(Fields fields, int most, HttpServletRequest request) {
    String gln = sessions.required(request).organisation();
    String gtin = gtin(fields);
    String run = fields.text("run", 4);
    List<String> serials = fields.texts("serials", most, 20);
    Format format = format(fields, Format.LABELS);
    int start = fields.has("start") ? fields.number("start", 1, format.perPage()) - 1 : 0;
    PrintedWords words = PrintedWords.of(fields);
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
                          select r.printer, l.hashes from seen_run r
                          left join label_run l on l.root = r.root
                          where r.subject = ?
                          """,
                          row -> new Run(row.getString(1), row.getBytes(2)),
                          subject)
                      .orElseThrow(() -> Problem.of(Fault.NOT_FOUND));
              if (known.hashes == null) {
                throw Problem.retry(Fault.LABELS_AWAITED, 1);
              }
              for (int i = 0; i < serials.size(); i++) {
                labels.add(label(known, gtin, run, serials.get(i), i, host));
              }
              return words.on(view, known.printer, fishes(known.printer), gtin, false);
            });
    return new Order(format, text, labels, start);
  }

  /** Whether an organisation catches or farms fish, and grows nothing. */
  private boolean fishes(String gln) {
    return state
        .organisation(gln)
        .filter(rights -> rights.roles().contains("fisher") && !rights.roles().contains("grower"))
        .isPresent();
  }

  private static byte[] pdf(Order order, HttpServletResponse response) throws IOException {
    return drawn(
        order,
        response,
        sheet -> {
          byte[] pdf = sheet.checked(order.labels);
          if (pdf == null) {
            throw unreadable();
          }
          return pdf;
        });
  }

  private interface Drawing {
    byte[] on(LabelSheet sheet) throws IOException;
  }

  private static byte[] drawn(Order order, HttpServletResponse response, Drawing drawing)
      throws IOException {
    if (!BUSY.tryAcquire()) {
      throw Problem.retry(Fault.UNAVAILABLE, 3);
    }
    try {
      LabelSheet sheet = new LabelSheet(order.format, order.text, order.start);
      response.setHeader(NOT_PRINTED, String.join(",", sheet.missing()));
      return drawing.on(sheet);
    } catch (CodeTooLarge e) {
      throw Problem.of(Fault.CODE_TOO_LARGE);
    } catch (NameTooLong e) {
      throw Problem.of(Fault.NAME_TOO_LONG);
    } finally {
      BUSY.release();
    }
  }

  private static IllegalStateException unreadable() {
    return new IllegalStateException("a code can't be read again");
  }

  private static byte[] utf8(String svg) {
    return svg.getBytes(StandardCharsets.UTF_8);
  }

  private static Fields fields(InputStream body, String... more) throws IOException {
    List<String> names = new ArrayList<>(PrintedWords.FIELDS);
    names.addAll(List.of("gtin", "format"));
    names.addAll(List.of(more));
    return Fields.read(body, MOST_BYTES, names.toArray(String[]::new));
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

  private static String gtin(Fields fields) {
    String gtin = fields.text("gtin", 14);
    try {
      Subject.of(Subject.Kind.PRODUCT, gtin);
      return gtin;
    } catch (MalformedEvent e) {
      throw Fields.malformed("gtin");
    }
  }

  private static String subject(String gtin, String run) {
    try {
      return Subject.of(Subject.Kind.RUN, gtin, run).text();
    } catch (MalformedEvent e) {
      throw Problem.of(Fault.NOT_FOUND);
    }
  }

  private static Format format(Fields fields, List<Format> among) {
    String word = fields.text("format", 20);
    return among.stream()
        .filter(format -> format.word().equals(word))
        .findFirst()
        .orElseThrow(() -> Fields.malformed("format"));
  }
}
