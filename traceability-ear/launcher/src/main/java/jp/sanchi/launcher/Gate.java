package jp.sanchi.launcher;

import java.nio.charset.StandardCharsets;
import org.glassfish.grizzly.filterchain.BaseFilter;
import org.glassfish.grizzly.filterchain.FilterChainContext;
import org.glassfish.grizzly.filterchain.NextAction;
import org.glassfish.grizzly.http.HttpContent;
import org.glassfish.grizzly.http.HttpRequestPacket;
import org.glassfish.grizzly.http.HttpResponsePacket;
import org.glassfish.grizzly.http.HttpServerFilter;
import org.glassfish.grizzly.http.util.HttpStatus;
import org.glassfish.grizzly.memory.Buffers;

/**
 * Payara listens before the application is there, and still does when it is gone, and says 404 to
 * everything. A phone would take that for the answer. So until the gate is open every request gets
 * 503 and is asked to come back.
 */
final class Gate extends BaseFilter {
  private static final String SOON = "5";
  private static final byte[] PROBLEM =
      ("{\"reason\":\"unavailable\",\"status\":503,"
              + "\"title\":\"The server can't answer now. Try again soon."
              + " / いまは応答できません。少し待ってからやり直してください。\","
              + "\"type\":\"urn:sanchi:reason:unavailable\"}")
          .getBytes(StandardCharsets.UTF_8);

  private volatile boolean open;

  void open() {
    open = true;
  }

  void close() {
    open = false;
  }

  @Override
  public NextAction handleRead(FilterChainContext context) {
    if (open
        || !(context.getMessage() instanceof HttpContent content)
        || !(content.getHttpHeader() instanceof HttpRequestPacket request)) {
      return context.getInvokeAction();
    }
    if (content.isLast()) {
      HttpResponsePacket response = request.getResponse();
      response.setStatus(HttpStatus.SERVICE_UNAVAILABLE_503);
      response.setContentType("application/problem+json");
      response.setContentLength(PROBLEM.length);
      response.setHeader("Retry-After", SOON);
      response.setHeader("Cache-Control", "no-store");
      context.write(
          HttpContent.builder(response)
              .content(Buffers.wrap(context.getMemoryManager(), PROBLEM))
              .last(true)
              .build());
      context.notifyDownstream(HttpServerFilter.RESPONSE_COMPLETE_EVENT);
    }
    return context.getStopAction();
  }
}
