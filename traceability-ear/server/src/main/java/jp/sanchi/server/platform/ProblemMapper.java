package jp.sanchi.server.platform;

import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import jp.sanchi.kernel.event.MalformedEvent;

/** Whatever a resource or the JAX-RS runtime throws becomes problem+json. */
@Provider
public class ProblemMapper implements ExceptionMapper<Throwable> {
  private static final Logger LOG = System.getLogger(ProblemMapper.class.getName());

  @Context private HttpHeaders headers;

  @Override
  public Response toResponse(Throwable thrown) {
    String language = headers.getHeaderString(HttpHeaders.ACCEPT_LANGUAGE);
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof Problem problem) {
        return Problems.response(problem, language);
      }
    }
    if (thrown instanceof WebApplicationException chosen) {
      int status = chosen.getResponse().getStatus();
      if (status >= 300 && status < 400) {
        return chosen.getResponse();
      }
      if (status >= 500) {
        LOG.log(Level.ERROR, "the runtime failed", thrown);
      }
      Response problem = Problems.response(Problem.of(Fault.ofStatus(status)), language);
      String allow = chosen.getResponse().getHeaderString(HttpHeaders.ALLOW);
      return allow == null
          ? problem
          : Response.fromResponse(problem).header(HttpHeaders.ALLOW, allow).build();
    }
    if (thrown instanceof MalformedEvent malformed) {
      return Problems.response(Problem.of(malformed), language);
    }
    if (isConnectionLost(thrown)) {
      LOG.log(Level.WARNING, "the database does not answer: " + thrown.getMessage());
      return Problems.response(Problem.retry(Fault.DATABASE_UNAVAILABLE, 2), language);
    }
    LOG.log(Level.ERROR, "a request failed", thrown);
    return Problems.response(Problem.of(Fault.INTERNAL), language);
  }

  /** SQLSTATE class 08 is the connection, 57P01 to 57P03 a server that stops or starts. */
  private static boolean isConnectionLost(Throwable thrown) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException sql) {
        String state = sql.getSQLState();
        // The pool wraps a refused connection without its state
        if (state == null || state.startsWith("08") || state.startsWith("57P")) {
          return true;
        }
      }
    }
    return false;
  }
}
