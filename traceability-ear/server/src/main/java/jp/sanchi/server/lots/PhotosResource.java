package jp.sanchi.server.lots;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.stream.Stream;
import jp.sanchi.kernel.event.Base64Url;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.event.MalformedEvent;
import jp.sanchi.server.devices.Sessions;
import jp.sanchi.server.platform.Body;
import jp.sanchi.server.platform.Fault;
import jp.sanchi.server.platform.Problem;
import jp.sanchi.server.platform.Tenants;

/**
 * Pictures of products, and the papers of certificates. A description names one by its SHA-256, so
 * nobody can change it later.
 */
@Path("photos")
@Singleton
public class PhotosResource {
  private static final int MOST_BYTES = 512 * 1024;

  // Several scanned pages
  private static final int MOST_BYTES_OF_PDF = 2 * 1024 * 1024;
  private static final String PDF = "application/pdf";

  private static final Json.Limits DOCUMENTS = new Json.Limits(64 * 1024, 16);

  private final Sessions sessions;
  private final Tenants tenants;

  /** What came; never compared. */
  @SuppressWarnings("ArrayRecordComponent")
  private record Picture(byte[] hash, String type, byte[] bytes) {}

  @Inject
  public PhotosResource(Sessions sessions, Tenants tenants) {
    this.sessions = sessions;
    this.tenants = tenants;
  }

  /** A JPEG, PNG or WebP of at most 512 KiB, or a PDF of at most 2 MiB; anything else is 415. */
  @POST
  @Consumes(MediaType.WILDCARD)
  @Produces(MediaType.APPLICATION_JSON)
  public byte[] keep(InputStream body, @Context HttpServletRequest request) throws IOException {
    String gln = sessions.administrator(request).organisation();
    Picture picture = read(body);
    store(gln, picture);
    return Json.object("hash", Base64Url.encode(picture.hash()), "type", picture.type())
        .canonical();
  }

  /**
   * 204, and kept, if this described document is here and names it as its photo or as the paper of
   * a certificate: who signed the document has vouched for it, so anybody may bring it.
   */
  @POST
  @Path("of/{document}")
  @Consumes(MediaType.WILDCARD)
  public void keepDescribed(@PathParam("document") String document, InputStream body)
      throws IOException {
    Picture picture = read(body);
    byte[] described = decoded(document);
    Json.Obj content =
        tenants
            .as(
                "",
                view ->
                    view.row(
                        "select body from document where hash = ?",
                        row -> (Json.Obj) Json.parse(row.getBytes(1), DOCUMENTS),
                        described))
            .orElseThrow(() -> Problem.of(Fault.NOT_FOUND));
    if (!names(content, Json.of(Base64Url.encode(picture.hash())))) {
      throw Problem.of(Fault.DOCUMENT_NOT_ANNOUNCED);
    }
    store("", picture);
  }

  private static boolean names(Json.Obj content, Json hash) {
    Stream<Json> papers =
        content.get("certificates") instanceof Json.Arr certificates
            ? certificates.items().stream().map(one -> member(one, "paper"))
            : Stream.empty();
    return Stream.concat(Stream.of(member(content, "photo")), papers)
        .anyMatch(file -> hash.equals(member(file, "hash")));
  }

  private static Json member(Json of, String name) {
    return of instanceof Json.Obj object && object.has(name) ? object.get(name) : Json.Null.VALUE;
  }

  private static Picture read(InputStream body) throws IOException {
    byte[] bytes = Body.read(body, MOST_BYTES_OF_PDF);
    String type = type(bytes);
    if (type == null) {
      throw Problem.of(Fault.MEDIA_TYPE_UNSUPPORTED);
    }
    if (bytes.length > MOST_BYTES && !type.equals(PDF)) {
      throw Problem.of(Fault.BODY_TOO_LARGE);
    }
    return new Picture(sha256(bytes), type, bytes);
  }

  private void store(String gln, Picture picture) {
    tenants.as(
        gln,
        view ->
            view.change(
                "insert into photo (hash, type, body) values (?, ?, ?) on conflict do nothing",
                picture.hash(),
                picture.type(),
                picture.bytes()));
  }

  /** For anybody who has a package: who asks compares the hash. */
  @GET
  @Path("{hash}")
  @Produces(MediaType.WILDCARD)
  public Response photo(@PathParam("hash") String hash) {
    byte[] wanted = decoded(hash);
    return tenants
        .as(
            "",
            view ->
                view.row(
                    "select type, body from photo where hash = ?",
                    row -> answer(row.getString(1), row.getBytes(2)),
                    wanted))
        .orElseThrow(() -> Problem.of(Fault.NOT_FOUND));
  }

  private static Response answer(String type, byte[] bytes) {
    Response.ResponseBuilder answer =
        Response.ok(bytes, type)
            .header(HttpHeaders.CACHE_CONTROL, "public, max-age=31536000, immutable");
    if (type.equals(PDF)) {
      // A stranger's program, perhaps: no page of this origin
      answer.header(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=certificate.pdf");
    }
    return answer.build();
  }

  // By what it is, not by what the sender calls it
  private static String type(byte[] bytes) {
    if (starts(bytes, 0, 0xFF, 0xD8, 0xFF)) {
      return "image/jpeg";
    } else if (starts(bytes, 0, 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n')) {
      return "image/png";
    } else if (starts(bytes, 0, 'R', 'I', 'F', 'F') && starts(bytes, 8, 'W', 'E', 'B', 'P')) {
      return "image/webp";
    } else if (starts(bytes, 0, '%', 'P', 'D', 'F', '-')) {
      return PDF;
    }
    return null;
  }

  private static boolean starts(byte[] bytes, int at, int... with) {
    for (int i = 0; i < with.length; i++) {
      if (at + i >= bytes.length || (bytes[at + i] & 0xFF) != with[i]) {
        return false;
      }
    }
    return true;
  }

  private static byte[] decoded(String hash) {
    try {
      return Base64Url.decode(hash);
    } catch (MalformedEvent e) {
      throw Problem.of(Fault.NOT_FOUND);
    }
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
