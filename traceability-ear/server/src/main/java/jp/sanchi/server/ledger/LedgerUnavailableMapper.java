package jp.sanchi.server.ledger;

import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import jp.sanchi.server.platform.Fault;
import jp.sanchi.server.platform.Problem;
import jp.sanchi.server.platform.Problems;

/** A ledger that does not answer is no fault of the request: it may come again soon. */
@Provider
public class LedgerUnavailableMapper implements ExceptionMapper<LedgerUnavailable> {
  private static final Logger LOG = System.getLogger(LedgerUnavailableMapper.class.getName());
  private static final int RETRY_SECONDS = 3;

  @Context private HttpHeaders headers;

  @Override
  public Response toResponse(LedgerUnavailable unavailable) {
    LOG.log(Level.WARNING, unavailable.getMessage());
    return Problems.response(
        Problem.retry(Fault.LEDGER_UNAVAILABLE, RETRY_SECONDS),
        headers.getHeaderString(HttpHeaders.ACCEPT_LANGUAGE));
  }
}
