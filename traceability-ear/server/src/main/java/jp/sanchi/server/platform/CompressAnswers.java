package jp.sanchi.server.platform;

import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.ext.Provider;
import jakarta.ws.rs.ext.WriterInterceptor;
import jakarta.ws.rs.ext.WriterInterceptorContext;
import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.GZIPOutputStream;

/** Answers of some size go out with gzip to whoever takes it; bundles shrink to a third. */
@Provider
public class CompressAnswers implements WriterInterceptor {
  private static final int WORTH_IT = 2048;

  @Context private HttpHeaders request;

  @Override
  public void aroundWriteTo(WriterInterceptorContext answer) throws IOException {
    if (!(answer.getEntity() instanceof byte[] bytes) || bytes.length < WORTH_IT) {
      answer.proceed();
      return;
    }
    answer.getHeaders().add(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING);
    if (!takesGzip(request.getHeaderString(HttpHeaders.ACCEPT_ENCODING))) {
      answer.proceed();
      return;
    }
    answer.getHeaders().putSingle(HttpHeaders.CONTENT_ENCODING, "gzip");
    answer.getHeaders().remove(HttpHeaders.CONTENT_LENGTH);
    OutputStream plain = answer.getOutputStream();
    GZIPOutputStream gzip = new GZIPOutputStream(plain);
    answer.setOutputStream(gzip);
    try {
      answer.proceed();
    } finally {
      gzip.finish();
      answer.setOutputStream(plain);
    }
  }

  static boolean takesGzip(String acceptEncoding) {
    if (acceptEncoding == null) {
      return false;
    }
    for (String coding : acceptEncoding.split(",", -1)) {
      String[] parts = coding.strip().split("\\s*;\\s*", -1);
      if (parts[0].equalsIgnoreCase("gzip")) {
        return parts.length == 1 || !parts[1].matches("q=0(\\.0*)?");
      }
    }
    return false;
  }
}
