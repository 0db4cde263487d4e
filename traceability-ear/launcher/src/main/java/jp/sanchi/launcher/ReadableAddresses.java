package jp.sanchi.launcher;

import java.io.CharConversionException;
import java.nio.charset.StandardCharsets;
import org.glassfish.grizzly.filterchain.BaseFilter;
import org.glassfish.grizzly.filterchain.FilterChainContext;
import org.glassfish.grizzly.filterchain.NextAction;
import org.glassfish.grizzly.http.HttpContent;
import org.glassfish.grizzly.http.HttpRequestPacket;
import org.glassfish.grizzly.http.util.RequestURIRef;

/**
 * Payara answers an address that it can't decode (a NUL, a backslash, half a percent escape, bytes
 * that are no UTF-8) with 500 and a page of its own, before any application is asked. Such a
 * request is led to an address where nothing is, and gets the application's 404.
 */
final class ReadableAddresses extends BaseFilter {
  @Override
  public NextAction handleRead(FilterChainContext context) {
    if (context.getMessage() instanceof HttpContent content
        && content.getHttpHeader() instanceof HttpRequestPacket request) {
      RequestURIRef address = request.getRequestURIRef();
      String text = address.getURI();
      if (!isReadable(text)) {
        address.setURI(text.startsWith("/api/") ? "/api/problem" : "/unreadable");
      }
    }
    return context.getInvokeAction();
  }

  static boolean isReadable(String address) {
    var copy = new RequestURIRef();
    byte[] bytes = address.getBytes(StandardCharsets.ISO_8859_1);
    copy.init(bytes, 0, bytes.length);
    try {
      copy.getDecodedURI(true, StandardCharsets.UTF_8);
      return true;
    } catch (CharConversionException | RuntimeException e) {
      return false;
    }
  }
}
